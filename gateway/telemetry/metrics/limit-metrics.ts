import type { LimitStoreReporter, Telemetry } from '../telemetry.ts';
import { Counter } from './counter.ts';
import { createGauge } from './gauge.ts';
import { Histogram } from './histogram.ts';
import type { GaugeMetric, Metric } from './metric.ts';
import { createQuotaMetric } from './quota-metric.ts';

/** From what a Redis next door takes to what no request waits for, in seconds. */
const storeBounds = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

/** What is counted of limits and of load. */
export interface LimitMetrics
  extends Pick<Telemetry, 'limitDecided' | 'quotaUsed' | 'limitStoreOpened' | 'requestShed' | 'watchLoad'> {
  readonly metrics: readonly Metric[];
}

/** What is counted of limits and of load, all at zero. */
export function createLimitMetrics(): LimitMetrics {
  const { decisions, storeDuration, bypasses, shed } = createInstruments();
  const quotas = createQuotaMetric(() => performance.now());
  const stores = new Set<{ isUp: boolean }>();
  const storeUp: GaugeMetric = {
    kind: 'gauge',
    name: 'overlock_limit_store_up',
    help: 'Whether the Redis that limits are counted in can be used; absent when they are counted in memory.',
    labels: [],
    read: () => (stores.size === 0 ? [] : [{ values: [], value: [...stores].every(({ isUp }) => isUp) ? 1 : 0 }]),
  };
  let readLoad: Parameters<Telemetry['watchLoad']>[0] = () => ({ requests: 0, streams: 0, sockets: 0 });
  return {
    metrics: [
      decisions,
      storeDuration,
      bypasses,
      shed,
      storeUp,
      quotas,
      createGauge(
        'overlock_operations_in_flight',
        'Requests that are let in, streams apart.',
        () => readLoad().requests,
      ),
      createGauge('overlock_streams_open', 'Subscriptions that clients read.', () => readLoad().streams),
      createGauge('overlock_sockets_open', 'WebSockets of clients.', () => readLoad().sockets),
    ],
    quotaUsed: quotas.tell,
    limitDecided: (rule, outcome) => decisions.increment(rule, outcome),
    limitStoreOpened(): LimitStoreReporter {
      const store = { isUp: true };
      stores.add(store);
      return {
        asked: (durationMs) => storeDuration.observe(durationMs / 1_000),
        bypassed: (instead) => bypasses.increment(instead),
        changed: (isUp) => {
          store.isUp = isUp;
        },
        closed: () => void stores.delete(store),
      };
    },
    requestShed: (reason) => shed.increment(reason),
    watchLoad: (read) => {
      readLoad = read;
    },
  };
}

function createInstruments() {
  const decisions = new Counter({
    name: 'overlock_limit_decisions_total',
    help: 'What rules of rateLimit made of operations that fall under them.',
    labels: ['rule', 'outcome'],
  });
  const storeDuration = new Histogram({
    name: 'overlock_limit_store_duration_seconds',
    help: 'Time that requests waited for the Redis that limits are counted in.',
    labels: [],
    bounds: storeBounds,
  });
  const bypasses = new Counter({
    name: 'overlock_limit_store_bypasses_total',
    help: 'Decisions that were made without the Redis that limits are counted in, by what was done instead.',
    labels: ['instead'],
  });
  const shed = new Counter({
    name: 'overlock_requests_shed_total',
    help: 'Requests refused because the gateway has too much to do, by what there is too much of.',
    labels: ['reason'],
  });
  return { decisions, storeDuration, bypasses, shed };
}
