import type { Stage, StageTimes } from '../stage-times.ts';
import type { FetchFacts, RequestFacts } from '../telemetry.ts';
import { codeLabel } from '../traffic/code-label.ts';
import { requestBounds, stageBounds } from './bounds.ts';
import { countHits } from './count-hits.ts';
import { Counter, type CounterSeries } from './counter.ts';
import { createGauge } from './gauge.ts';
import { Histogram } from './histogram.ts';
import type { Metric } from './metric.ts';
import type { Tally } from './tally.ts';

/** What the gateway counts. */
export interface GatewayMetrics {
  readonly metrics: readonly Metric[];
  /** `traceId` is that of a trace that is kept. */
  readonly requestEnded: (facts: RequestFacts, traceId?: string) => void;
  readonly fetchEnded: (facts: FetchFacts) => void;
  readonly stagesEnded: (times: StageTimes) => void;
  readonly operationCacheAsked: (hit: boolean) => void;
}

/** Counters and histograms of one gateway, all at zero; `readInFlight` tells how many requests are being answered. */
export function createGatewayMetrics(readInFlight: () => number = () => 0): GatewayMetrics {
  const instruments = createInstruments();
  const { requests, errors, requestDuration, stageDuration, fetches, fetchDuration, operationCache } = instruments;
  // What nearly all requests are counted by is looked up once.
  const answered: Partial<Record<string, Partial<Record<number, CounterSeries>>>> = {};
  const stages: Partial<Record<Stage, Tally>> = {};
  const fetched = new Map<string, { readonly count: CounterSeries; readonly duration: Tally }>();
  const observeStage = (stage: Stage, startMs: number, endMs: number) => {
    stages[stage] ??= stageDuration.tally(stage);
    stages[stage].observe((endMs - startMs) / 1_000);
  };
  let requestTally: Tally | undefined;
  const load = createGauge('overlock_requests_in_flight', 'Requests that are being answered.', readInFlight);
  return {
    metrics: [...Object.values(instruments), load],
    requestEnded({ operationKind = 'unknown', status, durationMs, errorCodes }, traceId) {
      answered[operationKind] ??= {};
      const byStatus = answered[operationKind];
      byStatus[status] ??= requests.series(operationKind, String(status));
      byStatus[status].value += 1;
      requestTally ??= requestDuration.tally();
      requestTally.observe(durationMs / 1_000, traceId);
      for (const code of errorCodes) errors.increment(codeLabel(code));
    },
    fetchEnded({ subgraph, errorCode, deduped, durationMs }) {
      if (deduped || errorCode !== undefined) {
        fetches.increment(subgraph, errorCode === undefined ? 'OK' : codeLabel(errorCode), String(deduped));
        if (!deduped) fetchDuration.observe(durationMs / 1_000, subgraph);
        return;
      }
      let series = fetched.get(subgraph);
      if (series === undefined) {
        series = { count: fetches.series(subgraph, 'OK', 'false'), duration: fetchDuration.tally(subgraph) };
        fetched.set(subgraph, series);
      }
      series.count.value += 1;
      series.duration.observe(durationMs / 1_000);
    },
    stagesEnded: (times) => times.forEach(observeStage),
    operationCacheAsked: countHits(operationCache),
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
