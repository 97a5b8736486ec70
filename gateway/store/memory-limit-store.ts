import { type Debit, fits, type Limit, toState, usedAt } from './bucket.ts';
import { type LastingLimitStore, type Taken, toUse, type Use, type UsePage } from './limit-store.ts';
import { RecentLevels } from './recent-levels.ts';

interface MemoryLimitStoreOptions {
  /** In milliseconds, of a clock that does not go back. */
  readonly now: () => number;
  /** In milliseconds since the epoch, for calendars. */
  readonly date?: () => number;
  /** Most buckets of each limit. Who has not asked for longest is forgotten first, and starts with an empty bucket again. */
  readonly bucketsMax: number;
}

/** One moment, by both clocks: what is done at once is done at one. Few limits ask for the date. */
class Moment {
  readonly now: number;
  readonly #readDate: () => number;
  #date: number | undefined;

  constructor(now: number, readDate: () => number) {
    this.now = now;
    this.#readDate = readDate;
  }

  get date(): number {
    this.#date ??= this.#readDate();
    return this.#date;
  }
}

const pageSize = 500;

/** Counts in this process: exact for one gateway, and answers at once. */
export class MemoryLimitStore implements LastingLimitStore {
  readonly #now: () => number;
  readonly #date: () => number;
  readonly #bucketsMax: number;
  /** By name of the limit, so that a flood of subjects of one limit costs no other limit its counts. */
  readonly #levels = new Map<string, RecentLevels>();

  constructor({ now, date = Date.now, bucketsMax }: MemoryLimitStoreOptions) {
    this.#now = now;
    this.#date = date;
    this.#bucketsMax = bucketsMax;
  }

  take(debits: readonly Debit[]): Taken {
    const moment = this.#moment();
    const used = debits.map((debit) => this.#used(debit, moment));
    const fitted = debits.every((debit, index) => fits(used[index] ?? 0, debit));
    const states = debits.map((debit, index) => {
      const before = used[index] ?? 0;
      const after = fitted ? this.#put(debit, before + debit.amount, moment) : before;
      return toState(after, debit, fitted, windowLeftMs(debit.limit, moment));
    });
    if (!fitted) return { kind: 'refused', states };
    return { kind: 'taken', states, correct: (amounts) => this.correct(debits, amounts) };
  }

  list(limits: readonly Limit[], cursor: string): UsePage {
    const moment = this.#moment();
    const from = Number(cursor);
    const uses: Use[] = [];
    let position = 0;
    for (const limit of limits) {
      for (const level of this.#levels.get(limit.name) ?? []) {
        if (position++ < from) continue;
        if (position > from + pageSize) return { uses, next: String(from + pageSize) };
        const used = usedAt(level, limit, timeOf(limit, moment));
        if (used > 0) uses.push(toUse(limit, level.label, used, windowLeftMs(limit, moment)));
      }
    }
    return { uses, next: undefined };
  }

  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.#levels.keys()) if (!names.has(name)) this.#levels.delete(name);
  }

  close(): void {
    this.#levels.clear();
  }

  /** Uses more, or with less than 0 gives back, by debit and whatever the limit says. */
  correct(debits: readonly Debit[], amounts: readonly number[]): void {
    const moment = this.#moment();
    for (const [index, debit] of debits.entries()) {
      this.#put(debit, Math.max(0, this.#used(debit, moment) + (amounts[index] ?? 0)), moment);
    }
  }

  #used(debit: Debit, moment: Moment): number {
    const { limit, subject } = debit;
    const level = this.#levels.get(limit.name)?.get(subject);
    const now = timeOf(limit, moment);
    const used = usedAt(level, limit, now);
    // Left in the future, the bucket of somebody who is refused would not leak until the clock is there again.
    if (level !== undefined && level.at > now) this.#put(debit, used, moment);
    return used;
  }

  #put({ limit, subject, label = subject }: Debit, used: number, moment: Moment): number {
    let levels = this.#levels.get(limit.name);
    if (levels === undefined) {
      levels = new RecentLevels(this.#bucketsMax);
      this.#levels.set(limit.name, levels);
    }
    levels.set(subject, used, timeOf(limit, moment), label);
    return used;
  }

  #moment(): Moment {
    return new Moment(this.#now(), this.#date);
  }
}

function timeOf({ calendar }: Limit, moment: Moment): number {
  return calendar === undefined ? moment.now : moment.date;
}

function windowLeftMs({ calendar }: Limit, moment: Moment): number {
  return calendar === undefined ? 0 : calendar(moment.date).endMs - moment.date;
}
