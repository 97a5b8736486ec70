import { describe, expect, it } from 'vitest';
import { Counter } from '../../../../gateway/telemetry/metrics/counter.ts';
import { createGatewayMetrics } from '../../../../gateway/telemetry/metrics/gateway-metrics.ts';
import { createProcessMetrics } from '../../../../gateway/telemetry/metrics/process-metrics.ts';
import { toPrometheusText } from '../../../../gateway/telemetry/metrics/prometheus-text.ts';
import { StageTimes } from '../../../../gateway/telemetry/stage-times.ts';
import { toRequestFacts } from '../../../support/request-facts.ts';

const request = toRequestFacts({ operationName: 'ChosenByTheClient', durationMs: 3 });

describe('the metrics of the gateway', () => {
  it('count requests, errors, fetches and cache lookups in the text format of Prometheus', () => {
    const gateway = createGatewayMetrics(() => 1);
    gateway.requestEnded(request);
    gateway.requestEnded({ ...request, durationMs: 30_000 });
    gateway.requestEnded({ ...request, operationKind: undefined, status: 400, errorCodes: ['BAD_REQUEST', 'A\nB"'] });
    gateway.fetchEnded({ subgraph: 'a', operationKind: 'query', errorCode: undefined, deduped: false, durationMs: 7 });
    gateway.fetchEnded({ subgraph: 'a', operationKind: 'query', errorCode: undefined, deduped: true, durationMs: 7 });
    gateway.fetchEnded({
      subgraph: 'b',
      operationKind: 'query',
      errorCode: 'SUBGRAPH_TIMEOUT',
      deduped: false,
      durationMs: 1,
    });
    gateway.operationCacheAsked(true);
    gateway.operationCacheAsked(false);
    const times = new StageTimes();
    times.add('enforce', 1_000, 1_000.02, undefined);
    gateway.stagesEnded(times);
    const text = toPrometheusText(gateway.metrics);
    const lines = text.split('\n').filter((line) => !line.startsWith('#'));
    expect(lines).toEqual(
      expect.arrayContaining([
        'overlock_requests_total{operation_type="query",status="200"} 2',
        'overlock_requests_total{operation_type="unknown",status="400"} 1',
        'overlock_errors_total{code="BAD_REQUEST"} 1',
        'overlock_errors_total{code="OTHER"} 1',
        'overlock_request_duration_seconds_bucket{le="0.0025"} 0',
        'overlock_request_duration_seconds_bucket{le="0.005"} 2',
        'overlock_request_duration_seconds_bucket{le="10"} 2',
        'overlock_request_duration_seconds_bucket{le="+Inf"} 3',
        'overlock_request_duration_seconds_sum 30.006',
        'overlock_request_duration_seconds_count 3',
        'overlock_fetches_total{subgraph="a",code="OK",deduped="false"} 1',
        'overlock_fetches_total{subgraph="a",code="OK",deduped="true"} 1',
        'overlock_fetches_total{subgraph="b",code="SUBGRAPH_TIMEOUT",deduped="false"} 1',
        'overlock_fetch_duration_seconds_count{subgraph="a"} 1',
        'overlock_operation_cache_total{result="hit"} 1',
        'overlock_operation_cache_total{result="miss"} 1',
        'overlock_requests_in_flight 1',
        'overlock_stage_duration_seconds_bucket{stage="enforce",le="0.00005"} 1',
      ]),
    );
    expect(lines.some((line) => line.includes('ChosenByTheClient'))).toBe(false);
    expect(text).toContain('# TYPE overlock_request_duration_seconds histogram\n');
    expect(text).toMatch(/^(#.*\n|[a-z_]+(\{([a-z_]+="[^"\n]*",?)*\})? [\d.e+-]+\n)*$/);
  });

  it('escape the values of labels', () => {
    const counter = new Counter({ name: 'c_total', help: 'a\nb\\', labels: ['l'] });
    counter.increment('a"b\\c\nd');
    expect(toPrometheusText([counter])).toBe(
      '# HELP c_total a\\nb\\\\\n# TYPE c_total counter\nc_total{l="a\\"b\\\\c\\nd"} 1\n',
    );
  });

  it('keep a bounded number of series', () => {
    const counter = new Counter({ name: 'c_total', help: '', labels: ['a', 'b'] });
    for (let index = 0; index < 5_000; index++) counter.increment(String(index), 'x');
    const samples = counter.read();
    expect(samples).toHaveLength(1_001);
    expect(samples.find(({ values }) => values.join() === 'other,other')?.value).toBe(4_000);
  });

  it('tell what the process uses', () => {
    const { metrics, stop } = createProcessMetrics();
    const values = new Map(metrics.map((metric) => [metric.name, metric.read()[0]?.value]));
    stop();
    expect(values.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(values.get('nodejs_heap_size_used_bytes')).toBeGreaterThan(1e6);
    expect(values.get('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(values.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
  });
});
