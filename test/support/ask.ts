export interface GraphqlAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as it came. */
  readonly text: string;
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors: readonly {
    message: string;
    path?: readonly (string | number)[];
    extensions: Record<string, unknown>;
  }[];
}

/** Sends one operation by POST to any GraphQL service, asking for `application/graphql-response+json`. */
export async function ask(
  url: string,
  query: string,
  variables?: Record<string, unknown>,
  init: RequestInit = {},
): Promise<GraphqlAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify({ query, variables }),
    ...init,
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...init.headers },
  });
  return await readAnswer(response);
}

/** Reads a response as GraphQL's. */
export async function readAnswer(response: Response): Promise<GraphqlAnswer> {
  const text = await response.text();
  const { data, errors = [] }: Partial<GraphqlAnswer> = JSON.parse(text);
  return { status: response.status, headers: response.headers, text, data, errors };
}

/** Each error as one line: its code, and its path. */
export function toErrorLines({ errors }: Pick<GraphqlAnswer, 'errors'>): readonly string[] {
  return errors.map(({ path = [], extensions }) => `${extensions['code']} ${path.join('.')}`.trim());
}
