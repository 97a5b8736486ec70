import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Agent, type Dispatcher, request } from 'undici';
import { z } from 'zod';
import { type GraphRef, printGraphRef } from '../../../schema/feed/graph-ref.ts';
import { readBounded } from '../../lib/read-bounded.ts';
import { EventStreamReader } from '../../transport/event-stream.ts';

const artifactMaxBytes = 64 * 1024 ** 2;
const replyMaxBytes = 1024 ** 2;
const eventMaxLength = 64 * 1024;

/** The registry says something every 15 s: who hears nothing for so long hears nothing any more. */
const silenceMs = 40_000;

export interface RegistryClientOptions {
  readonly url: string;
  readonly graph: GraphRef;
  readonly token: string;
  /** How long the head of an answer may take, and all of one that is no stream. */
  readonly timeoutMs: number;
}

/** What came of asking for an artifact. */
export type ArtifactAnswer =
  | { readonly kind: 'artifact'; readonly text: string; readonly etag: string | undefined }
  | { readonly kind: 'unchanged' };

interface ArtifactQuestion {
  /** Of the artifact that is known. */
  readonly etag?: string | undefined;
  /** How long the registry may hold its answer until there is another one. */
  readonly waitSeconds?: number;
  readonly signal?: AbortSignal;
}

/** What the registry answered instead of what was asked for. The message goes on after its name. */
export class RegistryError extends Error {
  /** Whether the token is to blame, so that trying again is of no use. */
  readonly isRefusal: boolean;

  constructor(message: string, isRefusal: boolean) {
    super(message);
    this.name = 'RegistryError';
    this.isRefusal = isRefusal;
  }
}

const usageReply = z.object({ unknown: z.array(z.string()).default([]) });

/** Talks to a registry about one variant. All methods reject with an Error whose message goes on after the registry's name. */
export class RegistryClient {
  readonly #agent: Agent;
  readonly #options: RegistryClientOptions;
  readonly #base: string;

  constructor(options: RegistryClientOptions) {
    const { url, graph, timeoutMs } = options;
    this.#options = options;
    this.#base = `${url.endsWith('/') ? url.slice(0, -1) : url}/v1/graphs/${graph.graph}/${graph.variant}`;
    this.#agent = new Agent({ connect: { timeout: timeoutMs }, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  }

  async readArtifact({ etag, waitSeconds = 0, signal }: ArtifactQuestion): Promise<ArtifactAnswer> {
    const timeoutMs = this.#options.timeoutMs + waitSeconds * 1_000;
    const path = waitSeconds > 0 ? `/artifact?wait=${waitSeconds}` : '/artifact';
    const known = etag === undefined ? {} : { 'if-none-match': etag };
    const { statusCode, headers, body } = await this.#ask(path, {
      headers: { accept: 'application/json', 'accept-encoding': 'gzip', ...known },
      headersTimeout: timeoutMs,
      signal: anyOf(AbortSignal.timeout(timeoutMs), signal),
    });
    if (statusCode === 304) {
      await body.dump();
      return { kind: 'unchanged' };
    }
    const read = (plain: AsyncIterable<Buffer>) => readBounded(plain, artifactMaxBytes);
    const isPacked = headers['content-encoding'] === 'gzip';
    const text = await (isPacked ? pipeline(body, createGunzip(), read) : read(body));
    const tag = headers['etag'];
    return { kind: 'artifact', text, etag: typeof tag === 'string' ? tag : undefined };
  }

  /** Calls `onArtifact` with what the registry says of each new artifact, until the stream ends or `signal` ends it. */
  async listen(onArtifact: (data: string) => void, signal: AbortSignal): Promise<void> {
    const { headers, body } = await this.#ask('/events', {
      headers: { accept: 'text/event-stream' },
      bodyTimeout: silenceMs,
      signal,
    });
    if (!String(headers['content-type']).startsWith('text/event-stream')) {
      await body.dump();
      throw new RegistryError('answered no stream of events', false);
    }
    const reader = new EventStreamReader(eventMaxLength);
    for await (const chunk of body) {
      reader.read(chunk, ({ name, data }) => {
        if (name === 'artifact') onArtifact(data);
      });
    }
  }

  /** Tells of usage, in a body of gzip; gives the hashes of operations whose texts the registry lacks. */
  async tellUsage(body: Buffer, timeoutMs: number): Promise<readonly string[]> {
    const answer = await this.#ask('/usage', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await readBounded(answer.body, replyMaxBytes);
    return text === '' ? [] : usageReply.parse(JSON.parse(text)).unknown;
  }

  /** Ends connections at once; what is being read fails. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #ask(
    path: string,
    options: Omit<Dispatcher.RequestOptions, 'origin' | 'path' | 'method'> & { method?: 'POST' },
  ) {
    const answer = await request(`${this.#base}${path}`, {
      ...options,
      dispatcher: this.#agent,
      headers: { ...options.headers, authorization: `Bearer ${this.#options.token}` },
    });
    const { statusCode } = answer;
    if ((statusCode < 200 || statusCode > 299) && statusCode !== 304) {
      // Some who refuse do so before they have read all, and close.
      await answer.body.dump().catch(() => {});
      throw toRefusal(statusCode, printGraphRef(this.#options.graph));
    }
    return answer;
  }
}

function anyOf(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? one : AbortSignal.any([one, other]);
}

function toRefusal(status: number, ref: string): RegistryError {
  switch (status) {
    case 401:
      return new RegistryError('does not accept the token. Set graph.registry.token to one that is valid', true);
    case 403:
      return new RegistryError(`does not let the token follow ${ref}. Use one with the role gateway for it`, true);
    case 404:
      return new RegistryError(`has no ${ref}, or nothing was published there yet`, false);
    default:
      return new RegistryError(`answered with HTTP status ${status}`, false);
  }
}
