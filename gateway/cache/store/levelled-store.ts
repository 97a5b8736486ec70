import { type CacheEntry, type CacheStore, type NewCacheEntry, tagsMost } from './cache-store.ts';
import type { Claims } from './claims.ts';
import type { Invalidations } from './invalidations.ts';
import type { MemoryCache } from './memory-cache.ts';
import type { RedisCache } from './redis-cache.ts';

/** How often a level was asked for an answer since the store was opened, and had it. */
interface LevelCount {
  readonly asked: number;
  readonly found: number;
}

/** What is known of a store. */
export interface CacheStoreReport {
  readonly entries: number;
  readonly bytes: number;
  readonly bytesMost: number;
  readonly memory: LevelCount;
  /** `undefined` without one. */
  readonly redis?: (LevelCount & { readonly isUp: boolean }) | undefined;
}

/** One look into a level, for several answers. */
export interface LevelUse extends LevelCount {
  readonly level: 'memory' | 'redis';
}

export interface LevelledStoreOptions {
  readonly memory: MemoryCache;
  /** `undefined` when nothing is shared with other gateways. */
  readonly redis: RedisCache | undefined;
  readonly invalidations: Invalidations;
  readonly claims: Claims;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  /** Between 0 and 1. */
  readonly random: () => number;
  readonly onUsed: (use: LevelUse) => void;
  /** Told what was invalidated here, for other processes of the gateway where they share nothing else. */
  readonly onInvalidated: (tags: readonly string[]) => void;
}

/** The part of its freshness by which an entry is cut at most. */
const jitter = 0.1;

/** Looks into memory first, and then into Redis for what is not there or not fresh. */
export class LevelledStore implements CacheStore {
  readonly #options: LevelledStoreOptions;
  readonly #used = { memory: { asked: 0, found: 0 }, redis: { asked: 0, found: 0 } };

  constructor(options: LevelledStoreOptions) {
    this.#options = options;
  }

  get mark(): number {
    return this.#options.invalidations.mark;
  }

  getMany(
    keys: readonly string[],
    answers: readonly number[] = keys.map((_, index) => index),
  ): readonly (CacheEntry | undefined)[] | Promise<readonly (CacheEntry | undefined)[]> {
    const { redis, now } = this.#options;
    const nowMs = now();
    const found = keys.map((key) => this.#recall(key, nowMs));
    this.#count('memory', answers, (index) => found[index] !== undefined);
    if (redis?.isUp !== true) return found;
    const fresh = new Set(answers.filter((_, index) => isFresh(found[index], nowMs)));
    const isMissing = (_: unknown, index: number) => !fresh.has(answers[index] ?? index);
    const missing = keys.filter(isMissing);
    if (missing.length === 0) return found;
    return this.#ask(redis, { keys: missing, answers: answers.filter(isMissing) }, keys, found);
  }

  setMany(entries: readonly NewCacheEntry[]): void {
    const { memory, redis, invalidations, claims } = this.#options;
    const kept = entries
      .filter((entry) => entry.tags.length <= tagsMost && memory.fits(entry) && invalidations.allows(entry))
      .map((entry) => this.#cut(entry));
    for (const entry of kept) memory.set(entry);
    const claimed = entries.map(({ key }) => key).filter((key) => claims.has(key));
    if (redis === undefined) this.release(claimed);
    else void redis.write(kept).then(() => this.release(claimed));
  }

  hold(key: string, entry: CacheEntry, bytes: number): void {
    this.#options.memory.hold(key, entry, bytes);
  }

  claimMany(keys: readonly string[]): readonly boolean[] | Promise<readonly boolean[]> {
    const { redis, claims } = this.#options;
    const own = keys.map((key) => claims.claim(key));
    return redis?.isUp !== true || !own.includes(true) ? own : this.#claimEverywhere(redis, keys, own);
  }

  release(keys: readonly string[]): void {
    const { redis, claims } = this.#options;
    if (keys.length === 0) return;
    for (const key of keys) claims.release(key);
    void redis?.release(keys);
  }

  async invalidate(tags: readonly string[]): Promise<boolean> {
    if (tags.length === 0) return true;
    const { redis, onInvalidated } = this.#options;
    this.hear(tags);
    onInvalidated(tags);
    return redis === undefined ? true : await redis.invalidate(tags);
  }

  /** Invalidates tags here alone: the others know it already. */
  hear(tags: readonly string[]): void {
    this.#options.invalidations.note(tags);
  }

  report(): CacheStoreReport {
    const { memory, redis } = this.#options;
    const { size: entries, bytes, bytesMost } = memory;
    const counts = { memory: { ...this.#used.memory }, redis: redis && { ...this.#used.redis, isUp: redis.isUp } };
    return { entries, bytes, bytesMost, ...counts };
  }

  close(): void {
    this.#options.redis?.close();
  }

  /** What memory has of a key and may still be used. */
  #recall(key: string, nowMs: number): NewCacheEntry | undefined {
    const { memory, invalidations } = this.#options;
    const entry = memory.get(key);
    if (entry === undefined) return undefined;
    if (isUsable(entry, nowMs) && invalidations.allows(entry)) return entry;
    memory.delete(key);
    return undefined;
  }

  async #ask(
    redis: RedisCache,
    missing: { readonly keys: readonly string[]; readonly answers: readonly number[] },
    keys: readonly string[],
    found: readonly (NewCacheEntry | undefined)[],
  ): Promise<readonly (CacheEntry | undefined)[]> {
    const { memory, invalidations, now } = this.#options;
    const read = await redis.read(missing.keys).catch(() => []);
    const nowMs = now();
    const brought = new Map<string, NewCacheEntry>();
    for (const entry of read) {
      if (entry !== undefined && isUsable(entry, nowMs) && invalidations.allows(entry)) brought.set(entry.key, entry);
    }
    this.#count('redis', missing.answers, (index) => brought.has(missing.keys[index] ?? ''));
    return keys.map((key, index) => {
      const [own, other] = [found[index], brought.get(key)];
      if (other === undefined || (own !== undefined && own.storedAtMs >= other.storedAtMs)) return own;
      memory.set(other);
      return other;
    });
  }

  async #claimEverywhere(
    redis: RedisCache,
    keys: readonly string[],
    own: readonly boolean[],
  ): Promise<readonly boolean[]> {
    const { claims } = this.#options;
    const asked = keys.filter((_, index) => own[index]);
    const granted = await redis.claim(asked).catch(() => undefined);
    // Alone, this gateway is the only one that can.
    if (granted === undefined) return own;
    const taken = new Set(asked.filter((_, index) => granted[index]));
    for (const key of asked) if (!taken.has(key)) claims.release(key);
    return keys.map((key, index) => own[index] === true && taken.has(key));
  }

  /** An answer that may be kept under several keys is asked for once. */
  #count(level: LevelUse['level'], answers: readonly number[], isFound: (index: number) => boolean): void {
    const asked = new Set(answers).size;
    const found = new Set(answers.filter((_, index) => isFound(index))).size;
    const used = this.#used[level];
    used.asked += asked;
    used.found += found;
    this.#options.onUsed({ level, asked, found });
  }

  #cut(entry: NewCacheEntry): NewCacheEntry {
    const { storedAtMs, freshUntilMs } = entry;
    const lost = Math.floor(Math.max(0, freshUntilMs - storedAtMs) * jitter * this.#options.random());
    return lost === 0 ? entry : { ...entry, freshUntilMs: freshUntilMs - lost };
  }
}

function isFresh(entry: CacheEntry | undefined, nowMs: number): boolean {
  return entry !== undefined && entry.freshUntilMs > nowMs;
}

function isUsable({ staleUntilMs, errorUntilMs }: CacheEntry, nowMs: number): boolean {
  return Math.max(staleUntilMs, errorUntilMs) > nowMs;
}
