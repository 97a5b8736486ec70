import type { FetchFacts, RequestFacts, Stage } from '../telemetry.ts';
import { codeLabel } from '../traffic/code-label.ts';
import { requestBounds, stageBounds } from './bounds.ts';
import { Counter } from './counter.ts';
import { createGauge } from './gauge.ts';
import { Histogram } from './histogram.ts';
import type { Metric } from './metric.ts';
import type { Tally } from './tally.ts';

/** What the gateway counts. */
export interface GatewayMetrics {
  readonly metrics: readonly Metric[];
  /** Counts a request as in flight while it runs. */
  readonly track: <T>(run: () => Promise<T>) => Promise<T>;
  /** `traceId` is that of a trace that is kept. */
  readonly requestEnded: (facts: RequestFacts, traceId?: string) => void;
  readonly fetchEnded: (facts: FetchFacts) => void;
  readonly stageEnded: (stage: Stage, durationMs: number) => void;
  readonly operationCacheAsked: (hit: boolean) => void;
}

/** Counters and histograms of one gateway, all at zero. */
export function createGatewayMetrics(): GatewayMetrics {
  const instruments = createInstruments();
  const { requests, errors, requestDuration, stageDuration, fetches, fetchDuration, operationCache } = instruments;
  const stages = new Map<Stage, Tally>();
  let inFlight = 0;
  const load = createGauge('overlock_requests_in_flight', 'Requests that are being answered.', () => inFlight);
  return {
    metrics: [...Object.values(instruments), load],
    async track(run) {
      inFlight += 1;
      try {
        return await run();
      } finally {
        inFlight -= 1;
      }
    },
    requestEnded(facts, traceId) {
      requests.increment(facts.operationKind ?? 'unknown', String(facts.status));
      requestDuration.observeTraced(facts.durationMs / 1_000, traceId);
      for (const code of facts.errorCodes) errors.increment(codeLabel(code));
    },
    fetchEnded({ subgraph, errorCode, deduped, durationMs }) {
      fetches.increment(subgraph, errorCode === undefined ? 'OK' : codeLabel(errorCode), String(deduped));
      if (!deduped) fetchDuration.observe(durationMs / 1_000, subgraph);
    },
    stageEnded(stage, durationMs) {
      const tally = stages.get(stage) ?? stageDuration.tally(stage);
      stages.set(stage, tally);
      tally.observe(durationMs / 1_000);
    },
    operationCacheAsked: (hit) => operationCache.increment(hit ? 'hit' : 'miss'),
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
    bounds: requestBounds,
  });
  const stageDuration = new Histogram({
    name: 'overlock_stage_duration_seconds',
    help: 'Time that the stages of requests took.',
    labels: ['stage'],
    bounds: stageBounds,
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
    bounds: requestBounds,
  });
  const operationCache = new Counter({
    name: 'overlock_operation_cache_total',
    help: 'Lookups of parsed and validated operations.',
    labels: ['result'],
  });
  return { requests, errors, requestDuration, stageDuration, fetches, fetchDuration, operationCache };
}
