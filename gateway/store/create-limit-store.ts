import type { RateLimitConfig } from '../config/rate-limit.ts';
import type { Logger } from '../telemetry/logger.ts';
import { noTelemetry } from '../telemetry/no-telemetry.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { LastingLimitStore } from './limit-store.ts';
import { MemoryLimitStore } from './memory-limit-store.ts';
import { RedisLimitStore } from './redis-limit-store.ts';

interface LimitStoreOptions {
  readonly config: Pick<RateLimitConfig, 'store' | 'memoryBuckets'>;
  /** In milliseconds, of a clock that does not go back. */
  readonly now: () => number;
  /** In milliseconds since the epoch, for calendars. */
  readonly date?: () => number;
  readonly log: Logger;
  readonly telemetry?: Pick<Telemetry, 'limitStoreOpened'>;
}

/** The store that the configuration asks for. Keep it over a new schema: what was counted is in it. */
export function createLimitStore(options: LimitStoreOptions): LastingLimitStore {
  const { config, now, date = Date.now, log, telemetry = noTelemetry } = options;
  const local = new MemoryLimitStore({ now, date, bucketsMax: config.memoryBuckets });
  if (config.store === 'memory') return local;
  return new RedisLimitStore({ config: config.store, local, now, date, log, telemetry });
}
