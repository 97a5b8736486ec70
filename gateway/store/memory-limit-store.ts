import { type Debit, fits, toState, usedAt } from './bucket.ts';
import type { LimitStore, Taken } from './limit-store.ts';
import { RecentLevels } from './recent-levels.ts';

interface MemoryLimitStoreOptions {
  /** In milliseconds. */
  readonly now: () => number;
  /** Most buckets of each limit. Who has not asked for longest is forgotten first, and starts with an empty bucket again. */
  readonly bucketsMax: number;
}

/** Counts in this process: exact for one gateway, and answers at once. */
export class MemoryLimitStore implements LimitStore {
  readonly #now: () => number;
  readonly #bucketsMax: number;
  /** By name of the limit, so that a flood of subjects of one limit costs no other limit its counts. */
  readonly #levels = new Map<string, RecentLevels>();

  constructor({ now, bucketsMax }: MemoryLimitStoreOptions) {
    this.#now = now;
    this.#bucketsMax = bucketsMax;
  }

  take(debits: readonly Debit[]): Taken {
    const now = this.#now();
    const used = debits.map((debit) => this.#used(debit, now));
    const fitted = debits.every((debit, index) => fits(used[index] ?? 0, debit));
    const states = debits.map((debit, index) => {
      const before = used[index] ?? 0;
      return toState(fitted ? this.#put(debit, before + debit.amount, now) : before, debit, fitted);
    });
    if (!fitted) return { kind: 'refused', states };
    return { kind: 'taken', states, correct: (amounts) => this.#correct(debits, amounts) };
  }

  close(): void {
    this.#levels.clear();
  }

  #correct(debits: readonly Debit[], amounts: readonly number[]): void {
    const now = this.#now();
    for (const [index, debit] of debits.entries()) {
      this.#put(debit, Math.max(0, this.#used(debit, now) + (amounts[index] ?? 0)), now);
    }
  }

  #used(debit: Debit, now: number): number {
    const level = this.#levels.get(debit.limit.name)?.get(debit.subject);
    const used = usedAt(level, debit.limit, now);
    // Left in the future, the bucket of somebody who is refused would not leak until the clock is there again.
    if (level !== undefined && level.at > now) this.#put(debit, used, now);
    return used;
  }

  #put({ limit, subject }: Debit, used: number, at: number): number {
    let levels = this.#levels.get(limit.name);
    if (levels === undefined) {
      levels = new RecentLevels(this.#bucketsMax);
      this.#levels.set(limit.name, levels);
    }
    levels.set(subject, { used, at });
    return used;
  }
}
