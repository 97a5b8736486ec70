import { expect, it } from 'vitest';
import { createCacheMetrics } from '../../../../gateway/telemetry/metrics/cache-metrics.ts';
import { toPrometheusText } from '../../../../gateway/telemetry/metrics/prometheus-text.ts';

it('counts what was stored by coordinate and by level, however many coordinates there are', () => {
  const cache = createCacheMetrics();
  cache.cacheAsked({ cache: 'response', coordinate: 'Query.top', outcome: 'hit' });
  cache.cacheAsked({ cache: 'response', coordinate: 'Query.top', outcome: 'hit' });
  cache.cacheAsked({ cache: 'entity', coordinate: 'Product', outcome: 'stale' });
  cache.cacheLevelAsked('memory', 3, 1);
  cache.cacheLevelAsked('redis', 2, 2);
  const lines = toPrometheusText(cache.metrics).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'overlock_cache_requests_total{cache="response",coordinate="Query.top",outcome="hit"} 2',
      'overlock_cache_requests_total{cache="entity",coordinate="Product",outcome="stale"} 1',
      'overlock_cache_lookups_total{level="memory",outcome="hit"} 1',
      'overlock_cache_lookups_total{level="memory",outcome="miss"} 2',
      'overlock_cache_lookups_total{level="redis",outcome="hit"} 2',
    ]),
  );
  for (let index = 0; index < 2_000; index++) {
    cache.cacheAsked({ cache: 'response', coordinate: `Query.f${index}`, outcome: 'miss' });
  }
  expect(toPrometheusText(cache.metrics).split('\n').length).toBeLessThan(1_050);
});
