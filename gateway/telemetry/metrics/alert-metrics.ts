import type { Telemetry } from '../telemetry.ts';
import { Counter } from './counter.ts';
import type { Metric } from './metric.ts';

/** What is counted of alerts. */
export interface AlertMetrics extends Pick<Telemetry, 'alertTold' | 'watchAlerts'> {
  readonly metrics: readonly Metric[];
}

/** All at zero. */
export function createAlertMetrics(): AlertMetrics {
  let read: Parameters<Telemetry['watchAlerts']>[0] = () => [];
  const told = new Counter({
    name: 'overlock_alert_notifications_total',
    help: 'Messages about alerts, by the kind of who was told, and whether they were told or the message is lost.',
    labels: ['channel', 'outcome'],
  });
  return {
    metrics: [
      {
        kind: 'gauge',
        name: 'overlock_alerts_firing',
        help: 'Alerts that fire, by rule.',
        labels: ['rule', 'severity'],
        read() {
          const counts = new Map<string, { readonly values: readonly string[]; value: number }>();
          for (const { name, severity } of read()) {
            const sample = counts.get(name) ?? { values: [name, severity], value: 0 };
            sample.value += 1;
            counts.set(name, sample);
          }
          return [...counts.values()];
        },
      },
      told,
    ],
    alertTold: (channel, outcome) => told.increment(channel, outcome),
    watchAlerts: (next) => {
      read = next;
    },
  };
}
