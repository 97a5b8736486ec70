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
    most: operationsMost,
    now,
  });
  const clients = createTopMetrics({
    prefix: 'overlock_client',
    by: 'clients',
    labels: ['client'],
    most: clientsMost,
    now,
  });
  return {
    metrics: [...operations.metrics, ...clients.metrics],
    requestEnded(facts, traceId) {
      const { operationHash, operationName, client } = facts;
      if (operationHash !== undefined) {
        const labels = () => [operationName?.slice(0, 100) ?? '', operationHash];
        operations.add(operationHash, labels, facts, traceId);
      }
      const name = client.name ?? '';
      clients.add(name, () => [name], facts, traceId);
    },
  };
}
