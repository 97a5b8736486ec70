import { Agent, request } from 'undici';

/** Keys and answers about tokens are a few kilobytes. */
const answerMaxBytes = 256 * 1024;
const connections = 8;

interface IssuerRequest {
  readonly url: string;
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent by POST when given; else GET. */
  readonly body?: string;
}

/** Asks identity providers; connections of its own, so that it never waits behind subgraph fetches. */
export class IssuerClient {
  readonly #agent = new Agent({ connections });

  /**
   * The JSON of a 200 answer. Redirects are not followed.
   * @throws Error whose message says what went wrong without repeating the answer
   */
  async ask({ url, timeoutMs, headers, body }: IssuerRequest): Promise<unknown> {
    const response = await request(url, {
      dispatcher: this.#agent,
      signal: AbortSignal.timeout(timeoutMs),
      method: body === undefined ? 'GET' : 'POST',
      headers: { accept: 'application/json', ...headers },
      body: body ?? null,
    });
    if (response.statusCode !== 200) {
      await response.body.dump();
      throw new Error(`It answered with HTTP status ${response.statusCode}.`);
    }
    return parseJson(await readBounded(response.body));
  }

  /** Lets requests in flight end. */
  async close(): Promise<void> {
    await this.#agent.close();
  }
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > answerMaxBytes) throw new Error(`Its answer is larger than ${answerMaxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('Its answer is not JSON.');
  }
}
