import { DiagLogLevel, diag } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { OtlpProtocol } from '../config/otlp-protocol.ts';
import { createExporter } from './create-exporter.ts';
import type { Metric } from './metrics/metric.ts';
import { createMetricProducer } from './metrics/metric-producer.ts';

export interface SendMetricsOptions {
  readonly collector: string;
  readonly protocol: OtlpProtocol;
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
export async function sendMetrics({
  collector,
  protocol,
  metrics,
  resource,
  onTrouble,
}: SendMetricsOptions): Promise<() => Promise<void>> {
  diag.setLogger(toDiagLogger(onTrouble), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const reader = new PeriodicExportingMetricReader({
    exporter: await createExporter<PushMetricExporter>(
      { collector, protocol, signal: 'metrics' },
      {
        grpc: async () => (await import('@opentelemetry/exporter-metrics-otlp-grpc')).OTLPMetricExporter,
        'http/json': async () => (await import('@opentelemetry/exporter-metrics-otlp-http')).OTLPMetricExporter,
        'http/protobuf': async () => (await import('@opentelemetry/exporter-metrics-otlp-proto')).OTLPMetricExporter,
      },
    ),
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
