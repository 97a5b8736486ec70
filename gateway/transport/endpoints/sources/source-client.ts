import { Agent, type Dispatcher, request } from 'undici';
import { readBounded } from '../../../lib/read-bounded.ts';

const answerMaxBytes = 16 * 1024 ** 2;
const connectMs = 3_000;
/** What a question may take beside the time that it is told to wait. */
const answerMs = 10_000;

export interface Question {
  readonly headers: Readonly<Record<string, string>>;
  /** How long the other side may wait before it answers, or between two parts of its answer. */
  readonly waitMs?: number;
  readonly signal: AbortSignal;
}

/** Asks an HTTP API for endpoints. Every method rejects with an Error that says what is wrong. */
export class SourceClient {
  readonly #agent: Agent;

  /** `ca` are the certificates that the server is known by, in PEM; default: those that Node knows. */
  constructor(ca?: string) {
    this.#agent = new Agent({ connect: { timeout: connectMs, ...(ca !== undefined && { ca }) } });
  }

  /** The answer as JSON, with its headers. */
  async readJson(
    url: URL,
    question: Question,
  ): Promise<{ value: unknown; headers: Dispatcher.ResponseData['headers'] }> {
    const { headers, body } = await this.open(url, question);
    const text = await readBounded(body, answerMaxBytes);
    return { value: JSON.parse(text), headers };
  }

  /** The answer as it comes; whoever does not read it to its end destroys it. */
  async open(url: URL, { headers, waitMs = 0, signal }: Question): Promise<Dispatcher.ResponseData> {
    const timeoutMs = waitMs + answerMs;
    const answer = await request(url, {
      headers: { accept: 'application/json', ...headers },
      dispatcher: this.#agent,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal,
    });
    if (answer.statusCode === 200) return answer;
    await answer.body.dump();
    throw new Error(`It answered with the status ${answer.statusCode}.`);
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}
