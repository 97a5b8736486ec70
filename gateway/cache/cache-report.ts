/** What became of an operation where answers are stored, or where clients are told for how long they may be. */
export interface CacheReport {
  /** `stale`: an old answer was given; `bypass`: answers to this are never stored. */
  readonly status: 'hit' | 'stale' | 'miss' | 'bypass';
  /** `undefined` for an answer that nobody may store. */
  readonly storable: Storable | undefined;
}

/** What may be told of an answer to who stores it too. Times are in milliseconds since the epoch. */
export interface Storable {
  /** When the oldest part of it was made. */
  readonly storedAtMs: number;
  readonly freshUntilMs: number;
  /** From `freshUntilMs` on. */
  readonly staleWhileRevalidateMs: number;
  /** From `freshUntilMs` on. */
  readonly staleIfErrorMs: number;
  /** Whether everybody may be given it. */
  readonly isPublic: boolean;
  /** By which it is removed. */
  readonly readTags: () => readonly string[];
}

/** Is told of each operation. */
export type OnCacheReport = (report: CacheReport) => void;

/** Tells of answers that not everybody may be given, as somebody else would have been refused them. */
export function asPrivate(onCacheReport: OnCacheReport): OnCacheReport {
  return ({ status, storable }) => onCacheReport({ status, storable: storable && { ...storable, isPublic: false } });
}
