import { createGauge } from '../telemetry/metrics/gauge.ts';
import type { Metric } from '../telemetry/metrics/metric.ts';

/** What there is to know of the workers. */
interface CrewState {
  /** How many answer clients. */
  readonly serving: () => number;
  /** How many were started in place of others. */
  readonly restarts: () => number;
}

/** The metrics of the workers as a whole. */
export function crewMetrics({ serving, restarts }: CrewState): readonly Metric[] {
  return [
    createGauge('overlock_workers', 'Workers that answer clients.', serving),
    {
      kind: 'counter',
      name: 'overlock_worker_restarts_total',
      help: 'Workers that were started in place of others that had ended.',
      labels: [],
      read: () => [{ values: [], value: restarts() }],
    },
  ];
}
