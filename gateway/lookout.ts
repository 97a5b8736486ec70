import type { LiveAlerts, LiveAnomalies } from '../console/live.ts';
import type { Alerts, AlertsOptions } from './alerts/alerts.ts';
import { createAlerts } from './alerts/create-alerts.ts';
import { Anomalies, type AnomaliesOptions } from './anomalies/anomalies.ts';
import type { Config } from './config/config.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

export interface LookoutOptions extends Pick<AnomaliesOptions, 'takeStep' | 'records'> {
  readonly telemetry: Telemetry;
  readonly readFamilies: AlertsOptions['read'];
}

/** Who looks at the traffic of a whole gateway: one in all its processes. */
export class Lookout {
  readonly #alerts: Alerts;
  readonly #anomalies: Anomalies;

  constructor({ telemetry, readFamilies, takeStep, records }: LookoutOptions) {
    const alerts = createAlerts(telemetry, readFamilies);
    this.#alerts = alerts;
    this.#anomalies = new Anomalies({
      telemetry,
      takeStep,
      records,
      raise: (alert) => alerts.raise(alert),
      now: Date.now,
    });
  }

  /** Looks as a configuration says from now on. */
  async use({ alerts, anomalies, telemetry }: Config): Promise<void> {
    this.#alerts.use(alerts, telemetry.service);
    await this.#anomalies.use(anomalies);
  }

  /** What fires, and what is looked at. */
  listAlerts(): LiveAlerts {
    return { alerts: this.#alerts.list(), rules: this.#alerts.rules() };
  }

  /** What was unusual lately, and what load is expected. */
  listAnomalies(): LiveAnomalies {
    return this.#anomalies.list();
  }

  /** Looks no more, and keeps what was learned. */
  async close(): Promise<void> {
    await Promise.all([this.#alerts.close(), this.#anomalies.close()]);
  }
}
