import { parseJson } from '../values/parse-json.ts';

/** What a backend answered, its body read at most once however many fields look at it. */
export class Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  #json: { readonly value: unknown } | undefined;

  constructor(response: {
    readonly status: number;
    readonly headers: ReadonlyMap<string, string>;
    readonly body: Uint8Array;
  }) {
    this.status = response.status;
    this.headers = response.headers;
    this.body = response.body;
  }

  get isSuccess(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get isEmpty(): boolean {
    return this.body.length === 0;
  }

  /** Whether the backend says that the body is JSON. */
  get isDeclaredJson(): boolean {
    return /[/+]json\b/i.test(this.headers.get('content-type') ?? '');
  }

  /** @throws TypeError when the body is not UTF-8. */
  text(): string {
    return new TextDecoder('utf-8', { fatal: true }).decode(this.body);
  }

  /** @throws SyntaxError or TypeError when the body is not JSON in UTF-8. */
  json(): unknown {
    this.#json ??= { value: parseJson(this.text()) };
    return this.#json.value;
  }
}
