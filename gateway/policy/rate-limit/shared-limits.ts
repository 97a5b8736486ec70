import { isDeepStrictEqual } from 'node:util';
import type { RateLimitConfig } from '../../config/rate-limit.ts';
import { createLimitStore } from '../../store/create-limit-store.ts';
import type { LastingLimitStore, LimitStore } from '../../store/limit-store.ts';
import { toLimit } from '../../store/to-limit.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { Concurrency, type ConcurrencyCounter } from './concurrency.ts';

/** A store, and the configurations that use it. */
interface Shared {
  readonly section: StoreSection;
  readonly store: LastingLimitStore;
  readonly users: Set<User>;
}

interface User {
  readonly rules: RateLimitConfig['rules'];
}

type StoreSection = Pick<RateLimitConfig, 'store' | 'memoryBuckets'>;

/** Counts in another process what would be counted in the memory of this one. */
export interface CountedElsewhere {
  /** @param local counts while the other process cannot */
  readonly storeOver: (local: LastingLimitStore) => LastingLimitStore;
  readonly concurrency: ConcurrencyCounter;
}

/**
 * What is counted for limits, kept over changes of the configuration: two that say the same of the store use the same one, so that only
 * a rule that is changed starts anew.
 */
export class SharedLimits {
  /** Counts what is in flight, whichever supergraph or configuration it runs on. */
  readonly concurrency: ConcurrencyCounter;
  readonly #elsewhere: CountedElsewhere | undefined;
  #stores: readonly Shared[] = [];

  constructor(elsewhere?: CountedElsewhere) {
    this.concurrency = elsewhere?.concurrency ?? new Concurrency();
    this.#elsewhere = elsewhere;
  }

  /** The store for a configuration. Its last user's `close` closes it, and that of another forgets what only that one counted. */
  lease(config: RateLimitConfig, telemetry: Telemetry): LimitStore {
    const shared = this.#find(config) ?? this.#open(config, telemetry);
    const { store, users } = shared;
    const user: User = { rules: config.rules };
    users.add(user);
    return {
      take: (debits) => store.take(debits),
      list: (limits, cursor) => store.list(limits, cursor),
      close: () => this.#release(shared, user),
    };
  }

  #find({ store, memoryBuckets }: RateLimitConfig): Shared | undefined {
    return this.#stores.find(({ section }) => isDeepStrictEqual(section, { store, memoryBuckets }));
  }

  #open({ store: kind, memoryBuckets }: RateLimitConfig, telemetry: Telemetry): Shared {
    const section = { store: kind, memoryBuckets };
    const { log } = telemetry;
    const own = createLimitStore({ config: section, now: () => performance.now(), log, telemetry });
    const store = kind === 'memory' && this.#elsewhere !== undefined ? this.#elsewhere.storeOver(own) : own;
    const shared = { section, store, users: new Set<User>() };
    this.#stores = [...this.#stores, shared];
    return shared;
  }

  #release(shared: Shared, user: User): void {
    const { store, users } = shared;
    if (!users.delete(user)) return;
    if (users.size > 0) {
      store.keepOnly(new Set([...users].flatMap(limitNames)));
      return;
    }
    this.#stores = this.#stores.filter((one) => one !== shared);
    store.close();
  }
}

function limitNames({ rules }: User): readonly string[] {
  return rules.map(toLimit).flatMap((limit) => (limit === undefined ? [] : [limit.name]));
}
