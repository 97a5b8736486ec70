/** What is written in GraphiQL's editors. */
export interface Draft {
  readonly query: string;
  /** JSON, or nothing. */
  readonly variables: string;
  /** JSON, or nothing. */
  readonly headers: string;
  /** The operation that would be run, where there are several. */
  readonly operationName: string | undefined;
}

/** One tab of GraphiQL as it tells of it, and as it keeps it in the browser. */
interface Tab {
  readonly query?: string | null;
  readonly variables?: string | null;
  readonly headers?: string | null;
  readonly operationName?: string | null;
}

/** All tabs. */
export interface Tabs {
  readonly tabs: readonly Tab[];
  readonly activeTabIndex: number;
}

/** What the endpoint is sent. */
export interface DraftRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The tab that is written in. */
export function toDraft({ tabs, activeTabIndex }: Tabs): Draft {
  const { query, variables, headers, operationName } = tabs[activeTabIndex] ?? {};
  return {
    query: query ?? '',
    variables: variables ?? '',
    headers: headers ?? '',
    operationName: operationName ?? undefined,
  };
}

/** What GraphiQL begins with: what it kept, or the first of its tabs; a query in the address counts more than both. */
export function firstDraft(tabs: readonly Tab[]): Draft {
  const kept = readKept();
  const draft = toDraft(kept ?? { tabs, activeTabIndex: 0 });
  const query = new URL(location.href).searchParams.get('query') ?? draft.query;
  return query === draft.query ? draft : { query, variables: '', headers: '', operationName: undefined };
}

function readKept(): Tabs | undefined {
  try {
    return JSON.parse(localStorage.getItem('graphiql:tabState') ?? '') as Tabs;
  } catch {
    return undefined;
  }
}

/** @throws Error with a sentence when an editor holds something that cannot be sent */
export function toRequest({ query, variables, headers, operationName }: Draft): DraftRequest {
  const sent = Object.entries(readObject('Headers', headers)).map(([name, value]) => [name, String(value)] as const);
  return {
    body: JSON.stringify({ query, operationName, variables: readObject('Variables', variables) }),
    headers: { ...Object.fromEntries(sent), 'content-type': 'application/json' },
  };
}

function readObject(editor: string, text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${editor} are not JSON yet.`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error(`${editor} must be a JSON object.`);
}
