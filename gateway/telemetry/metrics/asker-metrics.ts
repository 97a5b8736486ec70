import type { RequestFacts } from '../telemetry.ts';
import type { Metric } from './metric.ts';
import { createTopMetrics } from './top-metrics.ts';

export interface AskerMetricsOptions {
  /** How many operations have series of their own. */
  readonly operationsMost: number;
  /** How many clients have. */
  readonly clientsMost: number;
  readonly now: () => number;
}

/** What is counted by operation and by client. */
export interface AskerMetrics {
  readonly metrics: readonly Metric[];
  readonly requestEnded: (facts: RequestFacts, traceId: string | undefined) => void;
}

/** Counters and histograms by operation and by client, of none so far. */
export function createAskerMetrics({ operationsMost, clientsMost, now }: AskerMetricsOptions): AskerMetrics {
  const operations = createTopMetrics({
    prefix: 'overlock_operation',
    by: 'operations',
    labels: ['operation', 'hash'],
    valuesOf: ({ operationName, operationHash }) => [operationName?.slice(0, 100) ?? '', operationHash ?? ''],
    most: operationsMost,
    now,
  });
  const clients = createTopMetrics({
    prefix: 'overlock_client',
    by: 'clients',
    labels: ['client'],
    valuesOf: ({ client }) => [client.name ?? ''],
    most: clientsMost,
    now,
  });
  return {
    metrics: [...operations.metrics, ...clients.metrics],
    requestEnded(facts, traceId) {
      if (facts.operationHash !== undefined) operations.add(facts.operationHash, facts, traceId);
      clients.add(facts.client.name ?? '', facts, traceId);
    },
  };
}
