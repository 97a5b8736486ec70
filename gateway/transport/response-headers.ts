import type { ClientHeaders } from './client-header-rules.ts';

/**
 * Gathers the headers for one client from the answers of several subgraphs. Of one name the answer that came last wins,
 * but cookies of all are kept.
 */
export class ResponseHeaders {
  readonly #headers = new Map<string, string | readonly string[]>();

  /** Takes what one answer brings. */
  add(headers: ClientHeaders): void {
    for (const [name, value] of headers) {
      const earlier = name === 'set-cookie' ? this.#headers.get(name) : undefined;
      this.#headers.set(name, earlier === undefined ? value : [earlier, value].flat());
    }
  }

  /** What was gathered, by lower-case name. */
  get all(): ClientHeaders {
    return this.#headers;
  }
}
