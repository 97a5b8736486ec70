import type { ClientHeaders } from './client-header-rules.ts';

const none: ClientHeaders = new Map();

/**
 * Gathers the headers for one client from the answers of several subgraphs. Of one name the answer that came last wins,
 * but cookies of all are kept.
 */
export class ResponseHeaders {
  /** Made when the first one comes: most answers bring none. */
  #headers: Map<string, string | readonly string[]> | undefined;

  /** Takes what one answer brings. */
  add(headers: ClientHeaders): void {
    for (const [name, value] of headers) {
      const earlier = name === 'set-cookie' ? this.#headers?.get(name) : undefined;
      this.#set(name, earlier === undefined ? value : [earlier, value].flat());
    }
  }

  /** Takes one header that is no cookie. */
  set(name: string, value: string): void {
    this.#set(name, value);
  }

  /** What was gathered, by lower-case name. */
  get all(): ClientHeaders {
    return this.#headers ?? none;
  }

  #set(name: string, value: string | readonly string[]): void {
    this.#headers ??= new Map();
    this.#headers.set(name, value);
  }
}
