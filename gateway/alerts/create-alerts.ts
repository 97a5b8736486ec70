import type { Telemetry } from '../telemetry/telemetry.ts';
import { Alerts, type AlertsOptions } from './alerts.ts';
import { createNotifier } from './notify/notifier.ts';

/** Alerts of a whole gateway; nothing is looked at before a configuration is used. */
export function createAlerts(telemetry: Telemetry, read: AlertsOptions['read']): Alerts {
  const { log, alertTold: onTold, watchAlerts } = telemetry;
  const alerts = new Alerts({
    read,
    notifierOf: ({ notify }, service) => createNotifier({ notify, service, log, onTold, random: Math.random }),
    log,
    now: Date.now,
  });
  watchAlerts(() => alerts.list().filter(({ state }) => state === 'firing'));
  return alerts;
}
