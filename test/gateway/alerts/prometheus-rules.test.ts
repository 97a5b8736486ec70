import { beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { compileRules } from '../../../gateway/alerts/compile-rules.ts';
import { metricsOf } from '../../../gateway/alerts/condition.ts';
import { toPrometheusRules } from '../../../gateway/alerts/to-prometheus-rules.ts';
import { alertsSection } from '../../../gateway/config/alerts.ts';
import { telemetrySection } from '../../../gateway/config/telemetry.ts';
import { createMetrics } from '../../../gateway/telemetry/metrics/create-metrics.ts';
import { describeWithPrometheus, runPromtool } from '../../support/prometheus.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const config = alertsSection.parse({
  every: '5m',
  rules: [
    { name: 'errors', kind: 'errorRate', above: '5%', for: '1m', severity: 'critical', runbook: 'https://docs.test/e' },
    { name: 'each-client', kind: 'errorRate', above: '5%', by: 'client', count: 'errors' },
    { name: 'cart', kind: 'errorRate', above: '5%', operation: 'Cart' },
    { name: 'subgraphs', kind: 'errorRate', above: '5%', by: 'subgraph', summary: 'A subgraph fails.' },
    { name: 'slow', kind: 'latency', above: '800ms' },
    { name: 'slow-reviews', kind: 'latency', above: '800ms', subgraph: 'reviews', quantile: '95%' },
    { name: 'refusals', kind: 'limits', above: '10/min' },
    { name: 'breakers', kind: 'breaker', keepFiringFor: '90s' },
    { name: 'quotas', kind: 'quota', above: '80%' },
    { name: 'canaries', kind: 'canary' },
    { name: 'schema', kind: 'schema' },
    { name: 'registry', kind: 'registry' },
  ],
  slos: [
    { name: 'shop', objective: '99.9%', operation: 'Shop', owner: 'web' },
    { name: 'reviews', objective: '99%', subgraph: 'reviews', latency: '1s' },
  ],
});
const rules = compileRules(config);
const text = toPrometheusRules(rules, config.every);

interface Rule {
  readonly alert: string;
  readonly expr: string;
}

const exprOf = (name: string): string =>
  parse(text).groups[0].rules.find(({ alert }: Rule) => alert === name)?.expr ?? `There is no ${name}.`;

describe('the rules for Prometheus', () => {
  it('say what the configuration says', () => {
    const { groups } = parse(text);
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ name: 'overlock', interval: '5m' });
    expect(groups[0].rules[0]).toEqual({
      alert: 'errors',
      expr: expect.any(String),
      for: '1m',
      keep_firing_for: '5m',
      labels: { severity: 'critical' },
      annotations: { summary: 'More than 5% of the requests fail.', runbook_url: 'https://docs.test/e' },
    });
    expect(exprOf('subgraphs')).toMatch(
      /^sum by \(subgraph\) \(increase\(overlock_fetches_total\{deduped="false",code=~"/,
    );
    expect(exprOf('registry')).toBe('min by () (overlock_registry_up) < 1');
    const burn = '(sum by () (increase(overlock_operation_requests_total{operation="Shop",outcome="failure"}[1h]))';
    expect(exprOf('shop-fast-burn').startsWith(burn)).toBe(true);
    expect(exprOf('shop-fast-burn')).toContain(' > 0.0144 and ');
    expect(exprOf('reviews-slow-burn')).toContain('le=~"1|1\\\\.0"');
  });

  it('ask only for metrics and labels that the gateway has', () => {
    const { metrics, stop } = createMetrics(telemetrySection.parse({}).metrics);
    stop();
    const labels = new Map(metrics.map((metric) => [metric.name, metric.labels]));
    for (const { name, condition } of rules) {
      for (const metric of metricsOf(condition)) expect([...labels.keys()], name).toContain(metric);
      const series = [
        ...('part' in condition ? [condition.part, condition.whole] : []),
        ...('gauge' in condition ? [condition.gauge] : []),
        ...('counter' in condition ? [condition.counter] : []),
        ...('histogram' in condition ? [condition.histogram] : []),
      ];
      for (const { metric, where } of series) {
        expect(labels.get(metric), name).toEqual(expect.arrayContaining([...Object.keys(where), ...condition.by]));
      }
    }
  });
});

/** An hour of one value a minute. */
const input = (series: string, values: string) => ({ series, values });

const requests = (labels: string, bad: number, good: number) => [
  input(`overlock_client_requests_total{${labels},outcome="failure"}`, `0+${bad}x60`),
  input(`overlock_client_requests_total{${labels},outcome="ok"}`, `0+${good}x60`),
  input(`overlock_client_duration_seconds_count{${labels}}`, `0+${bad + good}x60`),
  input('overlock_request_duration_seconds_count', `0+${bad + good}x60`),
];

const histogram = (name: string, labels: string, fast: number, slow: number) => [
  ...['0.5', '1', '2.5', '+Inf'].map((le, index) =>
    input(`${name}_bucket{${labels}le="${le}"}`, `0+${index < 2 ? fast : fast + slow}x60`),
  ),
  input(`${name}_count{${labels.replace(/,$/, '')}}`, `0+${fast + slow}x60`),
];

const shop = 'operation="Shop",hash="abc"';

/** What is measured, and the alerts that fire after a while. */
const stories: Readonly<Record<string, { readonly given: readonly object[]; readonly fire: readonly string[] }>> = {
  'nothing is wrong': { given: requests('client="web"', 1, 99), fire: [] },
  'requests fail': { given: requests('client="web"', 10, 90), fire: ['errors', 'each-client'] },
  'too few of them': { given: requests('client="web"', 1, 1), fire: [] },
  'requests are slow': { given: histogram('overlock_request_duration_seconds', '', 90, 10), fire: ['slow'] },
  'a subgraph is slow': {
    given: histogram('overlock_fetch_duration_seconds', 'subgraph="reviews",', 80, 20),
    fire: ['slow-reviews', 'reviews-fast-burn', 'reviews-slow-burn'],
  },
  'a subgraph fails': {
    given: [
      input('overlock_fetches_total{subgraph="reviews",code="SUBGRAPH_TIMEOUT",deduped="false"}', '0+10x60'),
      input('overlock_fetches_total{subgraph="reviews",code="SUBGRAPH_TIMEOUT",deduped="true"}', '0+10x60'),
      ...histogram('overlock_fetch_duration_seconds', 'subgraph="reviews",', 100, 0),
    ],
    fire: ['subgraphs'],
  },
  'a budget is used up': {
    given: [
      input(`overlock_operation_requests_total{${shop},outcome="failure"}`, '0+2x60'),
      input(`overlock_operation_duration_seconds_count{${shop}}`, '0+100x60'),
    ],
    fire: ['shop-fast-burn', 'shop-slow-burn'],
  },
  'a budget is used up slowly': {
    given: [
      input(`overlock_operation_requests_total{${shop},outcome="failure"}`, '0+2x60'),
      input(`overlock_operation_duration_seconds_count{${shop}}`, '0+1000x60'),
    ],
    fire: ['shop-slow-burn'],
  },
  'gauges and counters are not as they should be': {
    given: [
      input('overlock_policy_denials_total{policy="cost",code="COST_LIMIT_EXCEEDED",outcome="refused"}', '0+11x60'),
      input('overlock_policy_denials_total{policy="cost",code="COST_LIMIT_EXCEEDED",outcome="measured"}', '0+90x60'),
      input('overlock_breaker_state{subgraph="reviews",endpoint=""}', '2x60'),
      input('overlock_breaker_state{subgraph="stock",endpoint=""}', '0x60'),
      input('overlock_quota_used_ratio{rule="plan"}', '0.81x60'),
      input('overlock_supergraph_refused{worker="1"}', '0x60'),
      input('overlock_supergraph_refused{worker="primary"}', '1x60'),
      input('overlock_registry_up', '0x60'),
      input('overlock_schema_canaries_total{outcome="taken_back"}', '0x50 1x10'),
    ],
    fire: ['refusals', 'breakers', 'quotas', 'canaries', 'schema', 'registry'],
  },
};

describeWithPrometheus('Prometheus with the rules', () => {
  let folder: TemporaryFolder;
  beforeAll(async () => {
    folder = await createTemporaryFolder();
    return folder.remove;
  });

  it('fires for what the gateway would', async () => {
    await folder.write('rules.yaml', text);
    const tests = Object.entries(stories).map(([name, { given, fire }]) => ({
      name,
      interval: '1m',
      input_series: given,
      promql_expr_test: [...new Set(rules.map((rule) => rule.name))].map((rule) => ({
        expr: `count(ALERTS{alertname="${rule}",alertstate="firing"})`,
        eval_time: '60m',
        exp_samples: fire.includes(rule) ? [{ value: 1, labels: '{}' }] : [],
      })),
    }));
    await folder.write('tests.yaml', stringify({ rule_files: ['rules.yaml'], evaluation_interval: '1m', tests }));
    runPromtool(['check', 'rules', `${folder.path}/rules.yaml`]);
    runPromtool(['test', 'rules', `${folder.path}/tests.yaml`]);
  }, 60_000);
});
