import type { CacheAsk } from '../telemetry.ts';
import { Counter } from './counter.ts';
import type { Metric } from './metric.ts';

/** What is counted of what is stored of answers. */
export interface CacheMetrics {
  readonly metrics: readonly Metric[];
  readonly cacheAsked: (ask: CacheAsk) => void;
  readonly cacheLevelAsked: (level: 'memory' | 'redis', asked: number, found: number) => void;
}

/** Counters, all at zero. Coordinates are of the schema, so that clients do not choose how many there are. */
export function createCacheMetrics(): CacheMetrics {
  const asked = new Counter({
    name: 'overlock_cache_requests_total',
    help: 'Fields and entities that were asked for where answers are stored: hit, stale, miss, or never stored (bypass).',
    labels: ['cache', 'coordinate', 'outcome'],
  });
  const levels = new Counter({
    name: 'overlock_cache_lookups_total',
    help: 'Entries that each level of the cache was asked for, and whether it had them.',
    labels: ['level', 'outcome'],
  });
  return {
    metrics: [asked, levels],
    cacheAsked: ({ cache, coordinate, outcome }) => asked.increment(cache, coordinate, outcome),
    cacheLevelAsked(level, count, found) {
      if (found > 0) levels.add(found, level, 'hit');
      if (count > found) levels.add(count - found, level, 'miss');
    },
  };
}
