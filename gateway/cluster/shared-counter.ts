import type { RateLimitConfig } from '../config/rate-limit.ts';
import { Concurrency } from '../policy/rate-limit/concurrency.ts';
import type { Debit, Limit } from '../store/bucket.ts';
import type { UsePage } from '../store/limit-store.ts';
import { MemoryLimitStore } from '../store/memory-limit-store.ts';
import { toLimit } from '../store/to-limit.ts';
import type { CountAnswer, CountAsk, SentDebit } from './messages.ts';

type CountedConfig = Pick<RateLimitConfig, 'rules' | 'memoryBuckets'>;

/** Counts limits for all workers. What a worker has in flight is forgotten when it is gone. */
export class SharedCounter {
  readonly #concurrency = new Concurrency();
  /** By name, of all configurations that workers may be at: they do not change over at one moment. */
  readonly #limits = new Map<string, Limit>();
  /** By worker and by its number of the request, what frees the slots. */
  readonly #inFlight = new Map<number, Map<number, () => void>>();
  #store: MemoryLimitStore;
  #bucketsMax: number;

  constructor(config: CountedConfig) {
    this.#bucketsMax = config.memoryBuckets;
    this.#store = createStore(config.memoryBuckets);
    this.admit(config);
  }

  /** Counts by these rules too. */
  admit({ rules }: CountedConfig): void {
    for (const limit of rules.map(toLimit)) if (limit !== undefined) this.#limits.set(limit.name, limit);
  }

  /** Counts by these rules only, and forgets what was counted by others. */
  keepOnly(config: CountedConfig): void {
    this.#limits.clear();
    this.admit(config);
    this.#store.keepOnly(new Set(this.#limits.keys()));
    if (config.memoryBuckets === this.#bucketsMax) return;
    this.#bucketsMax = config.memoryBuckets;
    this.#store = createStore(config.memoryBuckets);
  }

  list(limits: readonly Limit[], cursor: string): UsePage {
    return this.#store.list(limits, cursor);
  }

  /** In the order in which it is asked. */
  count(worker: number, asks: readonly CountAsk[]): readonly CountAnswer[] {
    return asks.flatMap((ask) => {
      switch (ask.do) {
        case 'take':
          return this.#take(ask);
        case 'correct':
          this.#store.correct(this.#toDebits(ask.debits) ?? [], ask.amounts);
          return [];
        case 'enter':
          return this.#enter(worker, ask);
        case 'leave':
          this.#leave(worker, ask.id);
          return [];
        default:
          return ask satisfies never;
      }
    });
  }

  /** Frees what a worker has taken. */
  forget(worker: number): void {
    for (const leave of this.#inFlight.get(worker)?.values() ?? []) leave();
    this.#inFlight.delete(worker);
  }

  #take({ id, debits }: Extract<CountAsk, { do: 'take' }>): CountAnswer {
    const known = this.#toDebits(debits);
    if (known === undefined) return { id, kind: 'unknown' };
    const taken = this.#store.take(known);
    return taken.kind === 'unknown' ? { id, kind: 'unknown' } : { id, kind: taken.kind, states: taken.states };
  }

  #enter(worker: number, { id, slots }: Extract<CountAsk, { do: 'enter' }>): CountAnswer {
    const wanted = slots.map(({ rule, concurrency, subject }) => ({ rule: { name: rule, concurrency }, subject }));
    const entered = this.#concurrency.enter(wanted);
    if (entered.kind === 'full') {
      return { id, kind: 'full', slot: wanted.findIndex(({ rule }) => rule === entered.rule) };
    }
    const own = this.#inFlight.get(worker) ?? new Map<number, () => void>();
    this.#inFlight.set(worker, own.set(id, entered.leave));
    return { id, kind: 'entered' };
  }

  #leave(worker: number, id: number): void {
    const own = this.#inFlight.get(worker);
    own?.get(id)?.();
    own?.delete(id);
  }

  /** `undefined` when there is a limit among them that is not known. */
  #toDebits(debits: readonly SentDebit[]): readonly Debit[] | undefined {
    const known = debits.flatMap(({ limit, subject, label, amount }): readonly Debit[] => {
      const own = this.#limits.get(limit.name);
      // A quota keeps its name when its amount changes: each worker's is that of its configuration.
      const full = { ...limit, calendar: own?.calendar };
      return own === undefined ? [] : [{ limit: full, subject, amount, ...(label !== undefined && { label }) }];
    });
    return known.length === debits.length ? known : undefined;
  }
}

function createStore(bucketsMax: number): MemoryLimitStore {
  return new MemoryLimitStore({ now: () => performance.now(), bucketsMax });
}
