import { DiagLogLevel, diag } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import type { Resource } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { collectorTimeoutMs, toSignalUrl } from './collector.ts';
import type { Metric } from './metrics/metric.ts';
import { createMetricProducer } from './metrics/metric-producer.ts';

export interface SendMetricsOptions {
  readonly collector: string;
  readonly metrics: readonly Metric[];
  readonly resource: Resource;
  readonly onTrouble: (reason: string) => void;
}

/**
 * Sends metrics to a collector from now on, once a minute. Further settings come from the environment variables of OpenTelemetry
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/).
 *
 * @returns a function that sends them once more and stops
 */
export function sendMetrics({ collector, metrics, resource, onTrouble }: SendMetricsOptions): () => Promise<void> {
  diag.setLogger(toDiagLogger(onTrouble), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const url = toSignalUrl(collector, 'metrics');
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({ url, timeoutMillis: collectorTimeoutMs }),
    metricProducers: [createMetricProducer(metrics, Date.now)],
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  return async () => {
    await provider.shutdown().catch((error: unknown) => onTrouble(String(error)));
    diag.disable();
  };
}

function toDiagLogger(onTrouble: (reason: string) => void) {
  const tell = (detail: string) => onTrouble(reasonOf(detail));
  const nothing = () => {};
  return { error: tell, warn: tell, info: nothing, debug: nothing, verbose: nothing };
}

/** OpenTelemetry reports errors as the JSON of their members. */
function reasonOf(detail: string): string {
  return /"message":"((?:[^"\\]|\\.)*)"/.exec(detail)?.[1] ?? detail;
}
