import type { TelemetryConfig } from '../config/telemetry.ts';
import type { Logger } from './logger.ts';
import type { Metric } from './metrics/metric.ts';
import type { Telemetry } from './telemetry.ts';
import type { Tracing } from './tracing.ts';

interface Surroundings {
  readonly traffic: Telemetry['traffic'];
  readonly log: Logger;
  readonly worker: number | undefined;
}

/** What is sent to collectors. */
interface Sending {
  /** `undefined` when there are no traces. */
  readonly tracing: Tracing | undefined;
  /** Sends metrics from now on, if that is wanted; gives what sends them once more and stops. */
  readonly sendMetrics: (metrics: readonly Metric[]) => Promise<(() => Promise<void>) | undefined>;
}

const nothingToSend: Sending = { tracing: undefined, sendMetrics: () => Promise.resolve(undefined) };

/** Starts to send what the configuration asks for; what it does not ask for is not even loaded. */
export async function startSending(config: TelemetryConfig, surroundings: Surroundings): Promise<Sending> {
  const {
    traces,
    metrics: { otlp: collector, protocol },
  } = config;
  if (traces === undefined && collector === undefined) return nothingToSend;
  const { createResource, createTroubleReport } = await import('./collector.ts');
  const { traffic, log, worker } = surroundings;
  const common = { resource: createResource(config.service, worker), onTrouble: createTroubleReport(log) };
  return {
    tracing: traces && (await (await import('./tracing.ts')).createTracing({ config: traces, traffic, ...common })),
    sendMetrics: async (metrics) =>
      collector === undefined
        ? undefined
        : (await import('./send-metrics.ts')).sendMetrics({ collector, protocol, metrics, ...common }),
  };
}
