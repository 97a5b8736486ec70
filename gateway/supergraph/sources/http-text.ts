import { Agent, request } from 'undici';
import { readBounded } from '../../lib/read-bounded.ts';

const textMaxBytes = 64 * 1024 ** 2;

export interface HttpTextOptions {
  readonly timeoutMs: number;
}

interface HttpRequest {
  readonly url: string;
  /** Sent as JSON by POST when given; else GET. */
  readonly json?: unknown;
}

/** Reads texts over HTTP for the sources: schemas of live services, supergraphs behind a URL. */
export interface HttpText {
  /**
   * The body of a 2xx answer.
   * @throws Error whose message says what went wrong without repeating the body.
   */
  readonly read: (request: HttpRequest) => Promise<string>;
  /** Ends connections at once; what is being read fails. */
  readonly close: () => Promise<void>;
}

/** Connections of their own for the sources, so that schema traffic never waits behind requests. */
export function createHttpText({ timeoutMs }: HttpTextOptions): HttpText {
  const agent = new Agent({ connect: { timeout: timeoutMs }, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  return {
    async read({ url, json }) {
      const response = await request(url, {
        dispatcher: agent,
        signal: AbortSignal.timeout(timeoutMs),
        method: json === undefined ? 'GET' : 'POST',
        headers: { accept: 'application/json, text/plain, */*', 'content-type': 'application/json' },
        body: json === undefined ? null : JSON.stringify(json),
      });
      if (response.statusCode < 200 || response.statusCode > 299) {
        await response.body.dump();
        throw new Error(`it answered with HTTP status ${response.statusCode}`);
      }
      return await readBounded(response.body, textMaxBytes);
    },
    close: () => agent.destroy(),
  };
}
