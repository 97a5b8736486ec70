/** What is known under one key. Times are in milliseconds since the epoch. */
export interface CacheEntry {
  /** JSON. */
  readonly text: string;
  /** When its origin said so: the time of the answer, less its `Age`. */
  readonly storedAtMs: number;
  readonly freshUntilMs: number;
  /** Until then it may be answered while somebody fetches it anew; never before `freshUntilMs`. */
  readonly staleUntilMs: number;
  /** Until then it may be answered, as degraded, when fetching it anew fails; never before `freshUntilMs`. */
  readonly errorUntilMs: number;
  /** By which it can be invalidated: `subgraph:products`, `type:Product`, `entity:Product:<digest>`, `tag:<text of an application>`. */
  readonly tags: readonly string[];
  /** What else its owner has to know of it, in few characters. */
  readonly note?: string | undefined;
}

export interface NewCacheEntry extends CacheEntry {
  /** A digest: the same for all gateways, and short. */
  readonly key: string;
  /** What `mark` was before the work began that brought it: what was invalidated since is not stored. */
  readonly mark: number;
}

type Entries = readonly (CacheEntry | undefined)[];

/**
 * Keeps entries as long as they may be of use, and gives none that was invalidated. Whatever becomes of what it keeps them in, nothing
 * that is asked of it fails or waits for longer than its timeout.
 */
export interface CacheStore {
  /** Grows with each invalidation. Read it before a fetch begins, hand it over with what the fetch brought. */
  readonly mark: number;
  /**
   * The entries of keys, in their order, stale ones too. One round trip for all of them; what waits for nothing comes without a promise.
   * Never rejects.
   *
   * @param answers for each key, the number of the answer that is kept under it, where one may be under several of them. Default: each
   * key is for another one.
   */
  getMany(keys: readonly string[], answers?: readonly number[]): Entries | Promise<Entries>;
  /** Never waited for, never throws. Freshness is cut by up to a tenth at random, so that what came together does not end together. */
  setMany(entries: readonly NewCacheEntry[]): void;
  /** Counts what else is kept in memory for as long as an entry is that the store has given: what was made of it to be answered again. */
  hold(key: string, entry: CacheEntry, bytes: number): void;
  /**
   * For each key, whether its entry is the caller's to fetch anew: for some seconds nobody else on any gateway is told the same, or until
   * `setMany` brings the entry. Never rejects.
   */
  claimMany(keys: readonly string[]): readonly boolean[] | Promise<readonly boolean[]>;
  /** Gives claims back that brought nothing. */
  release(keys: readonly string[]): void;
  /**
   * Takes away what has one of the tags: here at once, on all other gateways within a second.
   * @returns whether the other gateways have been told; otherwise they are as soon as that is possible again
   */
  invalidate(tags: readonly string[]): Promise<boolean>;
  close(): void;
}

/** Most tags of an entry; one that has more is not stored. */
export const tagsMost = 1_000;
