import { isDeepStrictEqual } from 'node:util';
import type { CacheConfig } from '../../config/cache.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { CacheStore } from './cache-store.ts';
import { createCacheStore } from './create-cache-store.ts';
import type { CacheStoreReport, LevelledStore } from './levelled-store.ts';

/** A store as long as it is needed. */
export interface CacheLease {
  readonly store: CacheStore;
  readonly release: () => void;
}

type StoreSection = Pick<CacheConfig, 'store' | 'memoryBytes'>;

/** A store, and how many configurations use it. */
interface Shared {
  readonly section: StoreSection;
  readonly store: LevelledStore;
  leases: number;
}

/** The stores of a process, kept over changes of the configuration: two that say the same of the store use the same one. */
export class SharedCaches {
  readonly #onInvalidated: (tags: readonly string[]) => void;
  readonly #stores = new Set<Shared>();

  /** @param onInvalidated told what was invalidated in memory alone, where other processes have to be told. */
  constructor(onInvalidated: (tags: readonly string[]) => void = () => {}) {
    this.#onInvalidated = onInvalidated;
  }

  /** The store for a configuration; `undefined` when nothing is to be stored. */
  lease(config: CacheConfig, telemetry: Pick<Telemetry, 'log' | 'cacheLevelAsked'>): CacheLease | undefined {
    if (!config.response.enabled && !config.entity.enabled) return undefined;
    const shared = this.#find(config) ?? this.#open(config, telemetry);
    shared.leases += 1;
    let isReleased = false;
    return {
      store: shared.store,
      release: () => {
        if (isReleased) return;
        isReleased = true;
        shared.leases -= 1;
        if (shared.leases > 0) return;
        this.#stores.delete(shared);
        shared.store.close();
      },
    };
  }

  /** Takes away what has one of the tags, everywhere; gives whether all gateways have been told. */
  async invalidate(tags: readonly string[]): Promise<boolean> {
    const told = await Promise.all(Array.from(this.#stores, ({ store }) => store.invalidate(tags)));
    return told.every((isTold) => isTold);
  }

  /** Takes away what another process has told to be invalid. */
  hear(tags: readonly string[]): void {
    for (const { store } of this.#stores) store.hear(tags);
  }

  /** What is known of the stores; none where nothing is stored. */
  report(): readonly CacheStoreReport[] {
    return Array.from(this.#stores, ({ store }) => store.report());
  }

  #find({ store, memoryBytes }: CacheConfig): Shared | undefined {
    return [...this.#stores].find(({ section }) => isDeepStrictEqual(section, { store, memoryBytes }));
  }

  #open({ store, memoryBytes }: CacheConfig, telemetry: Pick<Telemetry, 'log' | 'cacheLevelAsked'>): Shared {
    const section = { store, memoryBytes };
    const { log, cacheLevelAsked } = telemetry;
    const onInvalidated = store === 'memory' ? this.#onInvalidated : undefined;
    const options = { config: section, log, onInvalidated };
    const opened = createCacheStore({
      ...options,
      onUsed: ({ level, asked, found }) => cacheLevelAsked(level, asked, found),
    });
    const shared = { section, store: opened, leases: 0 };
    this.#stores.add(shared);
    return shared;
  }
}
