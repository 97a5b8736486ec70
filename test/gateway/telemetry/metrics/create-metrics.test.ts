import { afterEach, describe, expect, it, vi } from 'vitest';
import { telemetrySection } from '../../../../gateway/config/telemetry.ts';
import { createMetrics, type Metrics } from '../../../../gateway/telemetry/metrics/create-metrics.ts';
import type { Metric } from '../../../../gateway/telemetry/metrics/metric.ts';
import { readFamilies } from '../../../../gateway/telemetry/metrics/metric-family.ts';
import { toPrometheusText } from '../../../../gateway/telemetry/metrics/prometheus-text.ts';
import { StageTimes } from '../../../../gateway/telemetry/stage-times.ts';
import { withStage } from '../../../../gateway/telemetry/with-stage.ts';
import { describeWithPrometheus, runPromtool } from '../../../support/prometheus.ts';
import { toRequestFacts } from '../../../support/request-facts.ts';

const open: Metrics[] = [];
afterEach(() => {
  for (const { stop } of open.splice(0)) stop();
  vi.useRealTimers();
});

function create(section: Record<string, unknown> = {}): Metrics {
  const metrics = createMetrics(telemetrySection.parse({ metrics: section }).metrics);
  open.push(metrics);
  return metrics;
}

const linesOf = ({ metrics }: Metrics, start: string) =>
  toPrometheusText(metrics)
    .split('\n')
    .filter((line) => line.startsWith(start));

const seriesOf = (metrics: readonly Metric[]) => metrics.reduce((count, metric) => count + metric.read().length, 0);

describe('all metrics', () => {
  it('count requests by operation and client, and how they ended', () => {
    const metrics = create();
    metrics.requestEnded(toRequestFacts({ durationMs: 30 }));
    metrics.requestEnded(toRequestFacts({ errorCodes: ['FORBIDDEN'] }));
    metrics.requestEnded(toRequestFacts({ errorCodes: ['FORBIDDEN', 'SUBGRAPH_TIMEOUT'] }));
    metrics.requestEnded(toRequestFacts({ operationHash: undefined, client: { name: undefined, version: undefined } }));
    expect(linesOf(metrics, 'overlock_operation_requests_total')).toEqual([
      'overlock_operation_requests_total{operation="Shop",hash="abc",outcome="ok"} 1',
      'overlock_operation_requests_total{operation="Shop",hash="abc",outcome="error"} 1',
      'overlock_operation_requests_total{operation="Shop",hash="abc",outcome="failure"} 1',
    ]);
    expect(linesOf(metrics, 'overlock_client_requests_total')).toContain(
      'overlock_client_requests_total{client="",outcome="ok"} 1',
    );
    expect(linesOf(metrics, 'overlock_operation_duration_seconds_bucket')).toContain(
      'overlock_operation_duration_seconds_bucket{operation="Shop",hash="abc",le="0.05"} 3',
    );
  });

  it('have a bounded number of series, none of them twice, whatever clients make up', () => {
    const metrics = create({ operations: 30, clients: 10 });
    const before = seriesOf(metrics.metrics);
    for (let index = 0; index < 1_000_000; index += 1) {
      const name = index % 7 === 0 ? 'other' : `made up "${index}"\n`;
      const client = { name, version: String(index) };
      const errorCodes = index % 3 === 0 ? [`MADE_UP_${index}`] : [];
      metrics.requestEnded(toRequestFacts({ operationName: name, operationHash: name, client, errorCodes }));
    }
    expect(seriesOf(metrics.metrics) - before).toBeLessThan(4 * (30 + 1) + 4 * (10 + 1) + 20);
    const lines = toPrometheusText(metrics.metrics)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.replace(/ \S+$/, ''));
    expect(new Set(lines).size).toBe(lines.length);
    const requests = metrics.metrics.find(({ name }) => name === 'overlock_client_requests_total');
    expect(requests?.kind === 'counter' && requests.read().reduce((sum, { value }) => sum + value, 0)).toBe(1_000_000);
  }, 30_000);

  it('measure stages, those that wait included, and hand on what they give or throw', async () => {
    const metrics = create();
    const times = new StageTimes();
    const waiting = Promise.resolve(2);
    expect(withStage('enforce', () => 1, times)).toBe(1);
    expect(withStage('identify', () => waiting, times)).toBe(waiting);
    expect(() => withStage('readOperation', () => JSON.parse('{'), times)).toThrow(SyntaxError);
    await expect(withStage('executePlan', () => Promise.reject(new Error('x')), times)).rejects.toThrow('x');
    await waiting;
    metrics.stagesEnded(times);
    const counts = linesOf(metrics, 'overlock_stage_duration_seconds_count');
    expect(counts.map((line) => /stage="(\w+)"} (\d+)/.exec(line)?.slice(1))).toEqual([
      ['enforce', '1'],
      ['readOperation', '1'],
      ['identify', '1'],
      ['executePlan', '1'],
    ]);
  });

  it('point to traces in OpenMetrics, and not in the old format', () => {
    vi.useFakeTimers({ now: 1_800_000_000_500 });
    const metrics = create();
    metrics.requestEnded(toRequestFacts({ durationMs: 30 }), 'a'.repeat(32));
    const exemplar = `# {trace_id="${'a'.repeat(32)}"} 0.03 1800000000.5`;
    const text = toPrometheusText(metrics.metrics, 'openmetrics');
    for (const labels of ['', 'operation="Shop",hash="abc",', 'client="web",']) {
      expect(text).toContain(`{${labels}le="0.05"} 1 ${exemplar}\n`);
    }
    expect(text).toContain('# TYPE overlock_requests counter\n');
    expect(text).toContain('\noverlock_requests_total{');
    expect(toPrometheusText(metrics.metrics)).not.toContain('trace_id');
  });

  it('tell what is served, what was tried, and whether the newest was refused', () => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    const { listeners, ...metrics } = create();
    expect(readFamilies(metrics.metrics, ['overlock_generation_age_seconds'])[0]?.series).toEqual([]);
    listeners.supergraphSwapped?.('f1', 2);
    vi.advanceTimersByTime(90_000);
    listeners.supergraphJudged?.(false);
    listeners.trialChanged?.('started', 5);
    listeners.trialChanged?.('shared', 25);
    listeners.planAsked?.(false);
    const text = toPrometheusText(metrics.metrics);
    for (const line of [
      'overlock_supergraph_info{fingerprint="f1"} 1',
      'overlock_supergraph_subgraphs 2',
      'overlock_generation_age_seconds 90',
      'overlock_supergraph_refused 1',
      'overlock_schema_canary_percent 25',
      'overlock_schema_canaries_total{outcome="started"} 1',
      'overlock_plan_cache_total{result="miss"} 1',
    ]) {
      expect(text).toContain(`\n${line}\n`);
    }
    listeners.supergraphJudged?.(true);
    expect(toPrometheusText(metrics.metrics)).toContain('\noverlock_supergraph_refused 0\n');
  });

  it('tell the greatest share of a quota that was used lately', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { listeners, ...metrics } = create();
    const ratio = () => readFamilies(metrics.metrics, ['overlock_quota_used_ratio'])[0]?.series;
    listeners.quotaUsed?.('plan', 0.5);
    listeners.quotaUsed?.('plan', 0.95);
    listeners.quotaUsed?.('plan', 0.1);
    expect(ratio()).toEqual([{ values: ['plan'], numbers: [0.95] }]);
    vi.advanceTimersByTime(301_000);
    listeners.quotaUsed?.('plan', 0.2);
    expect(ratio()).toEqual([{ values: ['plan'], numbers: [0.95] }]);
    vi.advanceTimersByTime(301_000);
    expect(ratio()).toEqual([{ values: ['plan'], numbers: [0.2] }]);
    vi.advanceTimersByTime(900_000);
    expect(ratio()).toEqual([{ values: ['plan'], numbers: [0] }]);
  });

  it('tell of endpoints for as long as they are there', () => {
    const { listeners, ...metrics } = create();
    let there = ['http://one', 'http://two'];
    const state = { inFlight: 0, isHealthy: true, isEjected: false };
    const reporter = listeners.endpointsOpened?.('reviews', () => there.map((endpoint) => ({ endpoint, ...state })));
    reporter?.called('http://one', 'answered', 30);
    reporter?.called('http://one', 'failed', 5);
    reporter?.called('http://two', 'cancelled', 5);
    const calls = () => readFamilies(metrics.metrics, ['overlock_endpoint_calls_total'])[0]?.series ?? [];
    expect(calls().map(({ values, numbers }) => [...values.slice(1), ...numbers])).toEqual([
      ['http://one', 'answered', 1],
      ['http://one', 'failed', 1],
      ['http://one', 'cancelled', 0],
      ['http://two', 'answered', 0],
      ['http://two', 'failed', 0],
      ['http://two', 'cancelled', 1],
    ]);
    there = ['http://two'];
    expect(calls().every(({ values }) => values[1] === 'http://two')).toBe(true);
    reporter?.closed();
    expect(calls()).toEqual([]);
  });
});

describeWithPrometheus('the text of all metrics', () => {
  it('is what promtool takes', () => {
    const metrics = create();
    metrics.requestEnded(toRequestFacts({ operationName: 'a"b\\c\nd' }));
    runPromtool(['check', 'metrics'], toPrometheusText(metrics.metrics));
  });
});
