import type { Telemetry } from '../telemetry.ts';
import { Counter } from './counter.ts';
import type { Metric } from './metric.ts';

/** What is counted of anomalies, and what load is expected. */
export interface AnomalyMetrics extends Pick<Telemetry, 'anomalyFound' | 'watchForecast'> {
  readonly metrics: readonly Metric[];
}

/** All at zero, and no load expected. */
export function createAnomalyMetrics(): AnomalyMetrics {
  let read: Parameters<Telemetry['watchForecast']>[0] = () => undefined;
  const found = new Counter({
    name: 'overlock_anomalies_total',
    help: 'Unusual traffic that was found, by kind, once in each five minutes that it goes on.',
    labels: ['kind'],
  });
  return {
    metrics: [
      found,
      {
        kind: 'gauge',
        name: 'overlock_forecast_requests_per_second',
        help: 'Requests in a second that are expected in one hour, by the same hour of the weeks before; none while too little is known.',
        labels: [],
        read() {
          const value = read();
          return value === undefined ? [] : [{ values: [], value }];
        },
      },
    ],
    anomalyFound: (kind) => found.increment(kind),
    watchForecast: (next) => {
      read = next;
    },
  };
}
