import { setTimeout as pause } from 'node:timers/promises';
import type { CacheRedisConfig } from '../../config/cache.ts';
import type { RedisClient } from '../../store/redis-client.ts';
import { RedisConnection } from '../../store/redis-connection.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { NewCacheEntry } from './cache-store.ts';
import { claimMs } from './claims.ts';
import { decodeEntry, encodeEntry } from './entry-codec.ts';
import { InvalidationLog } from './invalidation-log.ts';
import { everything, type Invalidations } from './invalidations.ts';

export interface RedisCacheOptions {
  readonly config: CacheRedisConfig;
  readonly invalidations: Invalidations;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
}

/** How often gateways look for what they should have been told. */
const pollMs = 400;
/** Entries that wait to be written; more are dropped, as Redis is slower than they come. */
const writingMost = 10_000;
/** Tags that wait for a Redis that is gone; beyond, everything is to be invalidated when it is back. */
const untoldMost = 10_000;
const logEveryMs = 10_000;

type Found = readonly (NewCacheEntry | undefined)[];

/** Entries in a Redis that gateways share, and what they tell each other through it. While it is gone every call fails at once. */
export class RedisCache {
  readonly #options: RedisCacheOptions;
  readonly #log: InvalidationLog;
  readonly #connection: RedisConnection;
  /** Redis gives a connection that listens nothing else to do. */
  readonly #ears: RedisConnection;
  readonly #closed = new AbortController();
  #untold = new Set<string>();
  #writing = 0;
  #isUp = false;
  #warnedMs = Number.NEGATIVE_INFINITY;
  #warned = false;

  constructor(options: RedisCacheOptions) {
    const { config, invalidations } = options;
    const { redis, cluster, timeout: timeoutMs, prefix } = config;
    this.#options = options;
    this.#log = new InvalidationLog({ prefix, invalidations });
    this.#connection = new RedisConnection({
      redis,
      cluster,
      timeoutMs,
      // Nothing is read from a Redis before it is known what is invalid by now.
      probe: (client) => this.#catchUp(client),
      onDown: (reason) => this.#warn(reason),
      onUp: () => this.#cheer(),
    });
    this.#ears = new RedisConnection({
      redis,
      cluster,
      timeoutMs,
      probe: (client) => this.#listen(client),
      // What is not heard is read a little later.
      onDown: () => {},
      onUp: () => {},
    });
    void this.#poll();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** In the order of the keys, in one round trip. @throws Error when Redis does not answer in time */
  async read(keys: readonly string[]): Promise<Found> {
    const names = keys.map((key) => this.#entryKey(key));
    const { cluster } = this.#options.config;
    const values = await this.#connection.run((client) =>
      // The nodes of a cluster are asked at the same time, each for what it has.
      cluster ? Promise.all(names.map((name) => client.getBuffer(name))) : client.mgetBuffer(names),
    );
    return await Promise.all(keys.map((key, index) => decode(key, values[index])));
  }

  /** Never waited for. */
  async write(entries: readonly NewCacheEntry[]): Promise<void> {
    const { now } = this.#options;
    const room = writingMost - this.#writing;
    const taken = entries.slice(0, Math.max(0, room));
    if (taken.length === 0 || !this.#isUp) return;
    this.#writing += taken.length;
    try {
      const values = await Promise.all(taken.map(encodeEntry));
      await this.#each(taken, (client, entry, index) => {
        const livesMs = Math.ceil(Math.max(entry.staleUntilMs, entry.errorUntilMs) - now());
        const value = values[index];
        if (livesMs <= 0 || value === undefined) return undefined;
        return client.set(this.#entryKey(entry.key), value, 'PX', livesMs);
      });
    } catch {
      // It is fetched again; why Redis did not take it is in the log.
    } finally {
      this.#writing -= taken.length;
    }
  }

  /** For each key whether nobody else is at it. @throws Error when Redis does not answer in time */
  async claim(keys: readonly string[]): Promise<readonly boolean[]> {
    const replies = await this.#each(keys, (client, key) => client.set(this.#claimKey(key), '1', 'PX', claimMs, 'NX'));
    return replies.map((reply) => reply === 'OK');
  }

  /** Never waited for. */
  async release(keys: readonly string[]): Promise<void> {
    await this.#each(keys, (client, key) => client.del(this.#claimKey(key))).catch(() => undefined);
  }

  /** Tells all gateways, now or when Redis is back; gives whether it was now. */
  async invalidate(tags: readonly string[]): Promise<boolean> {
    for (const tag of tags) this.#untold.add(tag);
    if (this.#untold.size > untoldMost) this.#untold = new Set([everything]);
    try {
      await this.#connection.run((client) => this.#tell(client));
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#closed.abort();
    this.#connection.close();
    this.#ears.close();
  }

  async #catchUp(client: RedisClient): Promise<void> {
    // A Redis that only reads is not taken for one that works.
    await client.set(`{${this.#options.config.prefix}}:cache:probe`, '1', 'PX', 1_000);
    await this.#tell(client);
    await this.#log.read(client);
  }

  async #tell(client: RedisClient): Promise<void> {
    const tags = [...this.#untold];
    if (tags.length === 0) return;
    await this.#log.publish(client, tags);
    for (const tag of tags) this.#untold.delete(tag);
  }

  async #listen(client: RedisClient): Promise<void> {
    client.removeAllListeners('message');
    client.on('message', () => void this.#hear());
    await client.subscribe(this.#log.channel);
  }

  async #poll(): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      await pause(pollMs, undefined, { ref: false, signal }).catch(() => undefined);
      if (!signal.aborted) await this.#hear();
    }
  }

  async #hear(): Promise<void> {
    if (this.#isUp) await this.#connection.run((client) => this.#log.read(client)).catch(() => undefined);
  }

  /** One command for each item, all in one round trip. */
  async #each<Item>(
    items: readonly Item[],
    command: (client: Commands, item: Item, index: number) => unknown,
  ): Promise<readonly unknown[]> {
    const { cluster } = this.#options.config;
    return await this.#connection.run(async (client) => {
      if (cluster) return await Promise.all(items.map((item, index) => command(client, item, index)));
      const pipeline = client.pipeline();
      for (const [index, item] of items.entries()) command(pipeline, item, index);
      const replies = (await pipeline.exec()) ?? [];
      return replies.map(([error, reply]) => {
        if (error) throw error;
        return reply;
      });
    });
  }

  #entryKey(key: string): string {
    return `${this.#options.config.prefix}:cache:entry:${key}`;
  }

  #claimKey(key: string): string {
    return `${this.#options.config.prefix}:cache:claim:${key}`;
  }

  #warn(reason: string): void {
    const { log, now } = this.#options;
    this.#isUp = false;
    if (now() - this.#warnedMs < logEveryMs) return;
    this.#warnedMs = now();
    this.#warned = true;
    log.warn('The Redis of cache.store cannot be used; each gateway caches by itself.', { reason });
  }

  #cheer(): void {
    this.#isUp = true;
    if (!this.#warned) return;
    this.#warned = false;
    this.#options.log.info('The Redis of cache.store can be used again.');
  }
}

/** What a client and a pipeline have in common. */
interface Commands {
  set(key: string, value: string | Buffer, px: 'PX', milliseconds: number): unknown;
  set(key: string, value: string, px: 'PX', milliseconds: number, nx: 'NX'): unknown;
  del(key: string): unknown;
}

async function decode(key: string, value: Buffer | null | undefined): Promise<NewCacheEntry | undefined> {
  return value ? await decodeEntry(key, value) : undefined;
}
