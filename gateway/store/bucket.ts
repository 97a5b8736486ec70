import type { Calendar } from './calendar.ts';

/**
 * How much may be used: a bucket that every use fills and that leaks evenly, which is the generic cell rate algorithm in the
 * form of the continuous-state leaky bucket (https://www.itu.int/rec/T-REC-I.371, annex A). Whole units are counted
 * exactly, however many come at one moment. With a calendar it is a quota: the bucket does not leak, and is emptied at once when a
 * window of the calendar ends.
 */
export interface Limit {
  /** Tells the limits of one store apart. */
  readonly name: string;
  /** How much the bucket leaks in `periodMs`. */
  readonly amount: number;
  readonly periodMs: number;
  /** How much the bucket holds. */
  readonly burst: number;
  readonly calendar?: Calendar | undefined;
}

/** How much of a limit is to be used, and by whom: each subject of a limit has a bucket of its own. */
export interface Debit {
  readonly limit: Limit;
  /** Verified, or an address: who can choose it freely has as many buckets as he likes. */
  readonly subject: string;
  readonly amount: number;
  /** What people know the subject by. Default: the subject. */
  readonly label?: string;
}

/** The same of a part of the limit, for one of several that give it out without knowing of each other. */
export function shareOf(debit: Debit, share: number): Debit {
  const { limit } = debit;
  return { ...debit, limit: { ...limit, amount: limit.amount * share, burst: Math.max(1, limit.burst * share) } };
}

/** How full a bucket was at a moment, in milliseconds of its store's clock; with a calendar, since the epoch. */
export interface Level {
  readonly used: number;
  readonly at: number;
}

/** How full a bucket is now. A clock that went back leaks nothing until it goes on. */
export function usedAt(level: Level | undefined, { amount, periodMs, calendar }: Limit, now: number): number {
  if (level === undefined) return 0;
  if (calendar !== undefined) return level.at < calendar(now).startMs ? 0 : level.used;
  return Math.max(0, level.used - (Math.max(0, now - level.at) * amount) / periodMs);
}

/** Whether a bucket that is so full can take more. */
export function fits(used: number, { amount, limit }: Debit): boolean {
  return used + amount <= limit.burst + rounding;
}

/** What there is to say of a bucket after a debit, or after its refusal. */
export interface BucketState {
  /** Whole units that it can still take. */
  readonly remaining: number;
  /** Whole milliseconds until it is empty again. */
  readonly emptyAfterMs: number;
  /** Whole milliseconds until it can take the debit that was refused; 0 when it could take it now. */
  readonly waitMs: number;
}

/**
 * The state of a bucket that is so full, with the debit in it when that was taken. `windowLeftMs` is how long it is until the window of
 * a calendar ends.
 */
export function toState(used: number, debit: Debit, taken: boolean, windowLeftMs: number): BucketState {
  const { limit, amount } = debit;
  return {
    remaining: Math.max(0, Math.floor(limit.burst - used + rounding)),
    emptyAfterMs: timeFor(used, limit, windowLeftMs),
    waitMs: taken ? 0 : timeFor(used + amount - limit.burst, limit, windowLeftMs),
  };
}

/** How long it is until so many units are gone, in whole milliseconds. */
function timeFor(units: number, { amount, periodMs, calendar }: Limit, windowLeftMs: number): number {
  if (calendar !== undefined) return units > rounding ? Math.ceil(windowLeftMs) : 0;
  return Math.max(0, Math.ceil((units * periodMs) / amount - rounding));
}

/** Leaks are fractions, whose sum may miss a whole unit by a little. */
const rounding = 1e-6;
