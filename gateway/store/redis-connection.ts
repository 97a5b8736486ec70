import { setTimeout as pause } from 'node:timers/promises';
import type { RedisPlace } from '../config/redis-keys.ts';
import { within } from '../lib/within.ts';
import { createRedisClient, type RedisClient } from './redis-client.ts';

interface RedisConnectionOptions {
  readonly redis: RedisPlace;
  /** Whether that is the URL of any node of a cluster. */
  readonly cluster: boolean;
  /** How long a command may take, waiting for a connection included. */
  readonly timeoutMs: number;
  /** A command whose success shows that all others would succeed as well. */
  readonly probe: (client: RedisClient) => Promise<unknown>;
  /** Told whenever Redis is found unusable, so perhaps often, and why. */
  readonly onDown: (reason: string) => void;
  readonly onUp: () => void;
}

const firstPauseMs = 100;
const longestPauseMs = 1_000;
const connectTimeoutMs = 1_000;

/**
 * A connection to a Redis that may be slow, gone or unwilling. A command that fails for whatever reason costs its connection, which is
 * then replaced in the background: a dead one is told from a slow one only by waiting, and a name may have moved to another server.
 * Meanwhile commands fail at once, so that only those that were in flight have waited for nothing.
 */
export class RedisConnection {
  readonly #options: RedisConnectionOptions;
  readonly #closed = new AbortController();
  #client: RedisClient | undefined;
  /** The first connection, while it is worth waiting for. */
  #first: Promise<RedisClient> | undefined;

  constructor(options: RedisConnectionOptions) {
    this.#options = options;
    this.#first = this.#connect();
    void this.#open(this.#first);
  }

  /** @throws Error when Redis does not answer, refuses, or takes longer than `timeoutMs` */
  async run<Result>(command: (client: RedisClient) => Promise<Result>): Promise<Result> {
    const client = this.#client;
    const work = client === undefined ? this.#first?.then(command) : command(client);
    if (work === undefined) throw new Error('Redis is down.');
    try {
      return await within(work, this.#options.timeoutMs, 'Redis took too long.');
    } catch (error) {
      if (client === undefined) this.#first = undefined;
      else this.#lose(client, error);
      throw error;
    }
  }

  close(): void {
    this.#closed.abort();
    this.#first = undefined;
    this.#client?.disconnect();
    this.#client = undefined;
  }

  #lose(client: RedisClient, error: unknown): void {
    // Commands in flight fail together; the first one has done it.
    if (client !== this.#client) return;
    this.#client = undefined;
    client.disconnect();
    this.#options.onDown(toReason(error));
    void this.#open(this.#connect());
  }

  /** Uses the connection that is being made, or the next one that works. */
  async #open(connecting: Promise<RedisClient>): Promise<void> {
    const { signal } = this.#closed;
    let attempt = connecting;
    for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        this.#use(await attempt);
        return;
      } catch (error) {
        this.#first = undefined;
        if (!signal.aborted) this.#options.onDown(toReason(error));
      }
      await pause(pauseMs, undefined, { ref: false, signal }).catch(() => undefined);
      if (!signal.aborted) attempt = this.#connect();
    }
  }

  #use(client: RedisClient): void {
    if (this.#closed.signal.aborted) {
      client.disconnect();
      return;
    }
    this.#client = client;
    this.#first = undefined;
    client.once('end', () => this.#lose(client, new Error('Redis closed the connection.')));
    this.#options.onUp();
  }

  async #connect(): Promise<RedisClient> {
    const { redis, cluster, probe, timeoutMs } = this.#options;
    let reason: unknown;
    let sentinelError: Error | undefined;
    const onSentinelError = (error: Error) => {
      sentinelError = error;
    };
    const client = await createRedisClient({ redis, cluster, timeoutMs: connectTimeoutMs, onSentinelError });
    // Then one of them has told where the master is.
    client.on('connect', () => {
      sentinelError = undefined;
    });
    client.on('error', (error: unknown) => {
      reason ??= error;
    });
    try {
      const connected = client.connect().then(() => probe(client));
      await within(connected, connectTimeoutMs, 'Redis cannot be connected to in time.');
      // Whatever has to be done once is done now, so this takes as long as any command will.
      await within(probe(client), timeoutMs, 'Redis took too long.');
      return client;
    } catch (error) {
      client.disconnect();
      throw sentinelError ?? reason ?? error;
    }
  }
}

/** The message alone: an error of the client names the command, and that of a refused login holds the password. */
function toReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
