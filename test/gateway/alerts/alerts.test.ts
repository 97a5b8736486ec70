import { afterEach, describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../../gateway/alerts/alert.ts';
import { Alerts } from '../../../gateway/alerts/alerts.ts';
import { alertsSection } from '../../../gateway/config/alerts.ts';
import { telemetrySection } from '../../../gateway/config/telemetry.ts';
import { createMetrics, type Metrics } from '../../../gateway/telemetry/metrics/create-metrics.ts';
import { readFamilies } from '../../../gateway/telemetry/metrics/metric-family.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';
import { toRequestFacts } from '../../support/request-facts.ts';

const everyMs = 15_000;
const minute = 60_000;
const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** Alerts over the real metrics of some processes, with a clock that only goes on when it is told to. */
async function start(section: Record<string, unknown>, processes = 1) {
  const clock = { ms: 1_800_000_000_000 };
  const told: AlertEvent[] = [];
  const all: Metrics[] = Array.from({ length: processes }, () => createMetrics(telemetrySection.parse({}).metrics));
  const { log, lines } = createRecordingLogger();
  const alerts = new Alerts({
    read: async (names) =>
      all.map(({ metrics }, index) => ({ process: String(index), families: readFamilies(metrics, names) })),
    notifierOf: () => ({ tell: (event) => told.push(event), close: async () => {} }),
    log,
    now: () => clock.ms,
  });
  endings.push(() => {
    for (const { stop } of all) stop();
    void alerts.close();
  });
  const use = (next: Record<string, unknown>) => alerts.use(alertsSection.parse({ every: '15s', ...next }), 'shop');
  use(section);
  await alerts.look();
  /** Lets some time go by in which `happen` happens before each look. */
  const pass = async (ms: number, happen: (metrics: Metrics) => void = () => {}) => {
    for (let passed = 0; passed < ms; passed += everyMs) {
      clock.ms += everyMs;
      const [first] = all;
      if (first !== undefined) happen(first);
      await alerts.look();
    }
  };
  const news = () =>
    told
      .splice(0)
      .map(({ kind, alert: { name, labels } }) => `${kind} ${name} ${Object.values(labels).join(' ')}`.trim());
  return { alerts, all, clock, told, lines, pass, use, news };
}

const failed = { errorCodes: ['SUBGRAPH_TIMEOUT'] };
const ask = (bad: number, good: number, given: Parameters<typeof toRequestFacts>[0] = {}) => {
  return ({ requestEnded }: Metrics) => {
    for (let index = 0; index < bad; index += 1) requestEnded(toRequestFacts({ ...given, ...failed }));
    for (let index = 0; index < good; index += 1) requestEnded(toRequestFacts(given));
  };
};

describe('alerts', () => {
  it('fire when too many requests fail for long enough, and are over when that is so for long enough', async () => {
    const rule = { name: 'errors', kind: 'errorRate', above: '10%', over: '1m', for: '1m', keepFiringFor: '2m' };
    const { alerts, pass, news, told } = await start({ rules: [rule] });
    const summary = 'More than 10% of the requests fail.';
    expect(alerts.rules()).toEqual([
      { name: 'errors', severity: 'warning', summary, runbook: undefined, forMs: minute, measures: 'share' },
    ]);
    await pass(5 * minute, ask(1, 9));
    expect(alerts.list()).toEqual([]);
    await pass(45_000, ask(5, 5));
    expect(alerts.list()).toEqual([expect.objectContaining({ name: 'errors', state: 'pending' })]);
    expect(news()).toEqual([]);
    await pass(minute, ask(5, 5));
    expect(told[0]?.alert).toMatchObject({ state: 'firing', severity: 'warning', value: expect.closeTo(0.5, 1) });
    expect(news()).toEqual(['fired errors']);
    await pass(2 * minute, ask(0, 10));
    await pass(minute, ask(5, 5));
    expect(news()).toEqual([]);
    await pass(4 * minute, ask(0, 10));
    expect(news()).toEqual(['resolved errors']);
    expect(alerts.list()).toEqual([]);
  });

  it('say nothing of what soon is well again, of few requests, or of what clients do wrong', async () => {
    const rule = { name: 'errors', kind: 'errorRate', above: '10%', over: '1m', for: '1m' };
    const { pass, news } = await start({ rules: [rule] });
    await pass(30_000, ask(5, 5));
    await pass(3 * minute, ask(0, 10));
    await pass(5 * minute, ask(1, 0));
    await pass(5 * minute, ({ requestEnded }) => {
      for (let index = 0; index < 20; index += 1) requestEnded(toRequestFacts({ errorCodes: ['FORBIDDEN'] }));
    });
    expect(news()).toEqual([]);
  });

  it('tell apart operations, clients and subgraphs, and look at one of them only', async () => {
    const base = { kind: 'errorRate', above: '10%', over: '1m' };
    const { pass, news } = await start({
      rules: [
        { ...base, name: 'each', by: 'operation' },
        { ...base, name: 'cart', operation: 'Cart' },
        { ...base, name: 'ios', client: 'ios' },
        { ...base, name: 'reviews', subgraph: 'reviews' },
        { ...base, name: 'subgraphs', by: 'subgraph' },
        { ...base, name: 'all' },
      ],
    });
    const fetch = { operationKind: 'query', deduped: false, durationMs: 5 } as const;
    await pass(minute, (metrics) => {
      ask(10, 0, { operationHash: 'c1', operationName: 'Cart' })(metrics);
      ask(0, 200, { operationHash: 's1', operationName: 'Shop', client: { name: 'ios', version: '1' } })(metrics);
      for (let index = 0; index < 10; index += 1) {
        metrics.fetchEnded({ ...fetch, subgraph: 'reviews', errorCode: undefined });
        metrics.fetchEnded({ ...fetch, subgraph: 'stock', errorCode: 'SUBGRAPH_TIMEOUT' });
      }
    });
    expect(news()).toEqual(['fired each Cart', 'fired cart', 'fired subgraphs stock']);
  });

  it('fire when requests take long', async () => {
    const base = { kind: 'latency', over: '1m', above: '300ms' };
    const { pass, news, told } = await start({
      rules: [
        { ...base, name: 'p99' },
        { ...base, name: 'p50', quantile: '50%' },
      ],
    });
    await pass(2 * minute, (metrics) => {
      ask(0, 95, { durationMs: 20 })(metrics);
      ask(0, 5, { durationMs: 900 })(metrics);
    });
    expect(told[0]?.alert.value).toBeGreaterThan(0.5);
    expect(news()).toEqual(['fired p99']);
  });

  it('fire for refusals, open breakers, used quotas, refused schemas, registries and canaries', async () => {
    const { pass, news } = await start({
      rules: [
        { name: 'limits', kind: 'limits', above: '10/min', over: '1m' },
        { name: 'cost', kind: 'limits', policy: 'cost', above: '10/min', over: '1m' },
        { name: 'breaker', kind: 'breaker' },
        { name: 'quota', kind: 'quota', rule: 'plan' },
        { name: 'schema', kind: 'schema' },
        { name: 'registry', kind: 'registry' },
        { name: 'canary', kind: 'canary' },
      ],
    });
    await pass(minute);
    expect(news()).toEqual([]);
    let state: 'open' | 'closed' = 'open';
    await pass(15_000, ({ listeners }) => {
      for (let index = 0; index < 11; index += 1) {
        listeners.policyDenied?.({ policy: 'rate-limit', code: 'RATE_LIMITED', outcome: 'refused' });
      }
      listeners.backendOpened?.('reviews', () => {
        return { inFlight: 0, queued: 0, limit: 9, breakers: [{ endpoint: '', state }] };
      });
      listeners.quotaUsed?.('plan', 0.97);
      listeners.quotaUsed?.('other', 0.99);
      listeners.supergraphJudged?.(false);
      listeners.registryFollowed?.({ isUp: false, isCopy: true, version: 3 });
      listeners.trialChanged?.('taken_back', 0);
      listeners.backendCanaryChanged?.('stock', 'rolled_back');
    });
    expect(news()).toEqual([
      'fired limits rate-limit',
      'fired breaker reviews',
      'fired quota plan',
      'fired schema',
      'fired registry',
      'fired canary taken_back',
      'fired canary stock',
    ]);
    state = 'closed';
    await pass(6 * minute, ({ listeners }) => {
      listeners.supergraphJudged?.(true);
      listeners.registryFollowed?.({ isUp: true, isCopy: false, version: 4 });
    });
    expect(news().sort()).toEqual([
      'resolved breaker reviews',
      'resolved limits rate-limit',
      'resolved registry',
      'resolved schema',
    ]);
  });

  it('fire fast when an error budget is used up fast, slowly when slowly, and not when it lasts', async () => {
    const { pass, news } = await start({
      slos: [
        { name: 'shop', objective: '99%', operation: 'Shop', owner: 'web' },
        { name: 'quick', objective: '99%', latency: '100ms' },
      ],
    });
    await pass(30 * minute, ask(0, 200));
    await pass(30 * minute, ask(40, 160, { durationMs: 5 }));
    expect(news()).toEqual(['fired shop-slow-burn shop web', 'fired shop-fast-burn shop web']);
    await pass(26 * 60 * minute, ask(0, 200));
    expect(news()).toEqual(['resolved shop-fast-burn shop web', 'resolved shop-slow-burn shop web']);
    await pass(3 * 60 * minute, ask(0, 196, { durationMs: 5 }));
    await pass(20 * minute, (metrics) => {
      ask(0, 100, { durationMs: 5 })(metrics);
      ask(0, 100, { durationMs: 400 })(metrics);
    });
    expect(news()).toEqual(['fired quick-fast-burn quick']);
  }, 20_000);

  it('add up all processes, and are not upset by one that starts anew', async () => {
    const { all, pass, news } = await start(
      { rules: [{ name: 'errors', kind: 'errorRate', above: '40%', over: '1m' }] },
      2,
    );
    const [one, other] = all;
    if (one === undefined || other === undefined) throw new Error('There are two.');
    const both = () => {
      ask(5, 0)(one);
      ask(0, 10)(other);
    };
    await pass(minute, both);
    expect(news()).toEqual([]);
    other.stop();
    all[1] = createMetrics(telemetrySection.parse({}).metrics);
    await pass(30_000, () => {
      ask(5, 0)(one);
      const [, fresh] = all;
      if (fresh !== undefined) ask(0, 10)(fresh);
    });
    expect(news()).toEqual([]);
    await pass(minute, () => ask(5, 0)(one));
    expect(news()).toEqual(['fired errors']);
  });

  it('do not take for new what was counted before they looked, and go on firing with another configuration', async () => {
    const rule = { name: 'errors', kind: 'errorRate', above: '10%', over: '1m' };
    const { all, pass, use, news, alerts } = await start({});
    const [metrics] = all;
    if (metrics !== undefined) ask(500, 500)(metrics);
    use({ rules: [rule] });
    await pass(2 * minute, ask(0, 10));
    expect(news()).toEqual([]);
    await pass(minute, ask(10, 10));
    use({ rules: [rule], every: '5s' });
    await pass(minute, ask(10, 10));
    expect(news()).toEqual(['fired errors']);
    expect(alerts.list()).toHaveLength(1);
  });

  it('take what is found by other means, for as long as it lasts', async () => {
    const { alerts, pass, news } = await start({});
    const raised = { name: 'scraping', severity: 'warning', summary: 'One asks for everything.', value: 3 } as const;
    alerts.raise({ ...raised, labels: { client: 'bot' }, lastsMs: 5 * minute });
    await pass(minute);
    alerts.raise({ ...raised, labels: { client: 'bot' }, lastsMs: 5 * minute });
    await pass(4.5 * minute);
    expect(news()).toEqual(['fired scraping bot']);
    await pass(minute);
    expect(news()).toEqual(['resolved scraping bot']);
  });

  it('are in the log, and log that they cannot be looked at', async () => {
    const { log, lines } = createRecordingLogger();
    const alerts = new Alerts({
      read: () => Promise.reject(new Error('no metrics')),
      notifierOf: () => ({ tell: () => {}, close: async () => {} }),
      log,
      now: () => 0,
    });
    endings.push(() => void alerts.close());
    alerts.use(alertsSection.parse({ rules: [{ name: 'schema', kind: 'schema' }] }), 'shop');
    await alerts.look();
    expect(lines.map(({ message }) => message)).toEqual(['Alerts could not be looked at.']);
    const { pass, lines: logged } = await start({ rules: [{ name: 'schema', kind: 'schema', severity: 'critical' }] });
    await pass(15_000, ({ listeners }) => listeners.supergraphJudged?.(false));
    expect(logged).toEqual([
      expect.objectContaining({
        level: 'warn',
        message: 'An alert fires.',
        fields: expect.objectContaining({ alert: 'schema' }),
      }),
    ]);
  });
});
