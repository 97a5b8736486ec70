import { errorCodes } from '../../errors.ts';
import type { FetchFacts, RequestFacts } from '../telemetry.ts';
import { Counter } from './counter.ts';
import { createGauge } from './gauge.ts';
import { Histogram } from './histogram.ts';
import type { GaugeMetric, Metric } from './metric.ts';

/** From what a cache answers in to what hardly anybody waits for, in seconds. */
const secondsBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What the gateway counts. */
export interface GatewayMetrics {
  readonly metrics: readonly Metric[];
  /** Counts a request as in flight while it runs. */
  readonly track: <T>(run: () => Promise<T>) => Promise<T>;
  readonly requestEnded: (facts: RequestFacts) => void;
  readonly fetchEnded: (facts: FetchFacts) => void;
  readonly operationCacheAsked: (hit: boolean) => void;
  readonly supergraphSwapped: (fingerprint: string, subgraphs: number) => void;
}

/** Counters and histograms of one gateway, all at zero. Names of operations are no labels: clients choose them. */
export function createGatewayMetrics(): GatewayMetrics {
  const { requests, errors, requestDuration, fetches, fetchDuration, operationCache } = createInstruments();
  let inFlight = 0;
  let supergraph: { readonly fingerprint: string; readonly subgraphs: number } | undefined;
  const gauges: readonly GaugeMetric[] = [
    createGauge('overlock_requests_in_flight', 'Requests that are being answered.', () => inFlight),
    createGauge(
      'overlock_supergraph_subgraphs',
      'Subgraphs of the supergraph that is served.',
      () => supergraph?.subgraphs ?? 0,
    ),
    {
      kind: 'gauge',
      name: 'overlock_supergraph_info',
      help: 'The supergraph that is served; always 1.',
      labels: ['fingerprint'],
      read: () => (supergraph === undefined ? [] : [{ values: [supergraph.fingerprint], value: 1 }]),
    },
  ];
  return {
    metrics: [requests, errors, requestDuration, fetches, fetchDuration, operationCache, ...gauges],
    async track(run) {
      inFlight += 1;
      try {
        return await run();
      } finally {
        inFlight -= 1;
      }
    },
    requestEnded(facts) {
      requests.increment(facts.operationKind ?? 'unknown', String(facts.status));
      requestDuration.observe(facts.durationMs / 1_000);
      for (const code of facts.errorCodes) errors.increment(codeLabel(code));
    },
    fetchEnded({ subgraph, errorCode, deduped, durationMs }) {
      fetches.increment(subgraph, errorCode === undefined ? 'OK' : codeLabel(errorCode), String(deduped));
      if (!deduped) fetchDuration.observe(durationMs / 1_000, subgraph);
    },
    operationCacheAsked: (hit) => operationCache.increment(hit ? 'hit' : 'miss'),
    supergraphSwapped(fingerprint, subgraphs) {
      supergraph = { fingerprint, subgraphs };
    },
  };
}

function createInstruments() {
  const requests = new Counter({
    name: 'overlock_requests_total',
    help: 'Requests answered, by type of operation and HTTP status.',
    labels: ['operation_type', 'status'],
  });
  const errors = new Counter({
    name: 'overlock_errors_total',
    help: 'Errors answered to clients, by code.',
    labels: ['code'],
  });
  const requestDuration = new Histogram({
    name: 'overlock_request_duration_seconds',
    help: 'Time from the start of a request to its answer.',
    labels: [],
    bounds: secondsBounds,
  });
  const fetches = new Counter({
    name: 'overlock_fetches_total',
    help: 'Fetches from subgraphs, by outcome; deduped ones shared the answer of another.',
    labels: ['subgraph', 'code', 'deduped'],
  });
  const fetchDuration = new Histogram({
    name: 'overlock_fetch_duration_seconds',
    help: 'Time that fetches from subgraphs took.',
    labels: ['subgraph'],
    bounds: secondsBounds,
  });
  const operationCache = new Counter({
    name: 'overlock_operation_cache_total',
    help: 'Lookups of parsed and validated operations.',
    labels: ['result'],
  });
  return { requests, errors, requestDuration, fetches, fetchDuration, operationCache };
}

/** Subgraphs have codes of their own, as many as they like. */
function codeLabel(code: string): string {
  return Object.hasOwn(errorCodes, code) ? code : 'OTHER';
}
