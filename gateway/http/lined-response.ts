import { type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http';

/**
 * A response that keeps its headers as the lines that it will write. Node keeps a table of them, to fill, to look up and to read again
 * for each answer, which takes twice as long. Names are in lower case.
 */
export class LinedResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  /** Names and values in turn. */
  readonly #lines: OutgoingHttpHeader[] = [];

  override getHeader(name: string): OutgoingHttpHeader | undefined {
    return this.#lines[this.#find(name) + 1];
  }

  override setHeader(name: string, value: number | string | readonly string[]): this {
    this.#set(this.#find(name), name, typeof value === 'object' ? [...value] : value);
    return this;
  }

  override appendHeader(name: string, value: string | readonly string[]): this {
    const index = this.#find(name);
    const former = this.#lines[index + 1];
    if (former === undefined) return this.setHeader(name, value);
    this.#set(index, name, [former, value].flat().map(String));
    return this;
  }

  override writeHead(status: number, headers?: string | OutgoingHttpHeaders | OutgoingHttpHeader[]): this {
    if (typeof headers === 'object' && !Array.isArray(headers)) {
      for (const name in headers) this.setHeader(name, headers[name] ?? '');
    }
    return super.writeHead(status, this.#lines);
  }

  /** Where the name is; at the end when it is nowhere. */
  #find(name: string): number {
    const lines = this.#lines;
    let index = 0;
    while (index < lines.length && lines[index] !== name) index += 2;
    return index;
  }

  #set(index: number, name: string, value: OutgoingHttpHeader): void {
    this.#lines[index] = name;
    this.#lines[index + 1] = value;
  }
}
