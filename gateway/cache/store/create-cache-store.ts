import type { CacheConfig } from '../../config/cache.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { Claims } from './claims.ts';
import { loggedMost } from './invalidation-log.ts';
import { Invalidations } from './invalidations.ts';
import { LevelledStore, type LevelUse } from './levelled-store.ts';
import { MemoryCache } from './memory-cache.ts';
import { RedisCache } from './redis-cache.ts';

export interface CacheStoreOptions {
  readonly config: Pick<CacheConfig, 'store' | 'memoryBytes'>;
  readonly log: Logger;
  readonly onUsed?: ((use: LevelUse) => void) | undefined;
  /** Told what was invalidated here, where other processes have to be told by the caller. */
  readonly onInvalidated?: ((tags: readonly string[]) => void) | undefined;
  /** In milliseconds since the epoch. Default: the clock. */
  readonly now?: () => number;
  /** Between 0 and 1. Default: chance. */
  readonly random?: () => number;
}

/** The store that the configuration asks for. Keep it over a new schema and a new configuration that says the same. */
export function createCacheStore(options: CacheStoreOptions): LevelledStore {
  const { config, log, now = Date.now, random = Math.random, onUsed = () => {}, onInvalidated = () => {} } = options;
  const memory = new MemoryCache(config.memoryBytes);
  const invalidations = new Invalidations(loggedMost);
  const claims = new Claims(now);
  const redis =
    config.store === 'memory' ? undefined : new RedisCache({ config: config.store, invalidations, now, log });
  return new LevelledStore({ memory, redis, invalidations, claims, now, random, onUsed, onInvalidated });
}
