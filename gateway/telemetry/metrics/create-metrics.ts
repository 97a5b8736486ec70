import type { TelemetryConfig } from '../../config/telemetry.ts';
import type { StageTimes } from '../stage-times.ts';
import type { FetchFacts, RequestFacts, Telemetry } from '../telemetry.ts';
import { createAlertMetrics } from './alert-metrics.ts';
import { createAnomalyMetrics } from './anomaly-metrics.ts';
import { createAnswerMetrics } from './answer-metrics.ts';
import { createAskerMetrics } from './asker-metrics.ts';
import { createBackendCanaryMetrics } from './backend-canary-metrics.ts';
import { createBackendMetrics } from './backend-metrics.ts';
import { createCacheMetrics } from './cache-metrics.ts';
import { createEndpointMetrics } from './endpoint-metrics.ts';
import { createGatewayMetrics } from './gateway-metrics.ts';
import { createLimitMetrics } from './limit-metrics.ts';
import type { Metric } from './metric.ts';
import { createPolicyMetrics } from './policy-metrics.ts';
import { createProcessMetrics } from './process-metrics.ts';
import { createRegistryMetrics } from './registry-metrics.ts';
import { createSupergraphMetrics } from './supergraph-metrics.ts';

/** All that is counted, and who counts it. */
export interface Metrics {
  readonly metrics: readonly Metric[];
  /** What counts by being told, and needs nothing else. */
  readonly listeners: Partial<Telemetry>;
  /** `traceId` is that of a trace that is kept. */
  readonly requestEnded: (facts: RequestFacts, traceId?: string) => void;
  readonly fetchEnded: (facts: FetchFacts) => void;
  readonly stagesEnded: (times: StageTimes) => void;
  readonly stop: () => void;
}

/** Sets up all metrics. */
export function createMetrics(
  { operations, clients }: TelemetryConfig['metrics'],
  readInFlight?: () => number,
): Metrics {
  const gateway = createGatewayMetrics(readInFlight);
  const askers = createAskerMetrics({ operationsMost: operations, clientsMost: clients, now: Date.now });
  const { metrics: processMetrics, stop } = createProcessMetrics();
  const parts = [
    createPolicyMetrics(),
    createAnomalyMetrics(),
    createLimitMetrics(),
    createRegistryMetrics(),
    createSupergraphMetrics(Date.now),
    createBackendMetrics(),
    createEndpointMetrics(),
    createAnswerMetrics(),
    createCacheMetrics(),
    createAlertMetrics(),
    createBackendCanaryMetrics(),
  ];
  const listeners = parts.map(({ metrics: _metrics, ...told }): Partial<Telemetry> => told);
  return {
    metrics: [...gateway.metrics, ...askers.metrics, ...parts.flatMap(({ metrics }) => metrics), ...processMetrics],
    listeners: Object.assign({ operationCacheAsked: gateway.operationCacheAsked }, ...listeners),
    requestEnded(facts, traceId) {
      gateway.requestEnded(facts, traceId);
      askers.requestEnded(facts, traceId);
    },
    fetchEnded: gateway.fetchEnded,
    stagesEnded: gateway.stagesEnded,
    stop,
  };
}
