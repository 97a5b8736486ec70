import type { RateLimitConfig } from '../config/rate-limit.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { LimitStore } from './limit-store.ts';
import { MemoryLimitStore } from './memory-limit-store.ts';
import { RedisLimitStore } from './redis-limit-store.ts';

interface LimitStoreOptions {
  readonly config: Pick<RateLimitConfig, 'store' | 'memoryBuckets'>;
  /** In milliseconds, of a clock that does not go back. */
  readonly now: () => number;
  readonly log: Logger;
}

/** The store that the configuration asks for. Keep it over a new schema: what was counted is in it. */
export function createLimitStore({ config, now, log }: LimitStoreOptions): LimitStore {
  const local = new MemoryLimitStore({ now, bucketsMax: config.memoryBuckets });
  return config.store === 'memory' ? local : new RedisLimitStore({ config: config.store, local, now, log });
}
