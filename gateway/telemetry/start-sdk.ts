import { randomUUID } from 'node:crypto';
import { context, DiagLogLevel, diag, metrics as metricsApi, propagation, trace } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { core, NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';
import { ATTR_SERVICE_INSTANCE_ID, ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import type { TelemetryConfig } from '../config/telemetry.ts';
import { version } from '../lib/version.ts';
import type { Logger } from './logger.ts';
import type { Metric } from './metrics/metric.ts';
import { createMetricProducer } from './metrics/metric-producer.ts';

export interface SdkOptions {
  readonly config: TelemetryConfig;
  readonly metrics: readonly Metric[];
  /** Which of several processes of one gateway this is. */
  readonly worker: number | undefined;
  /** Told when telemetry cannot be sent, at most once a minute. */
  readonly log: Logger;
}

/** A collector that does not answer holds nothing up for longer. */
const exportTimeoutMs = 2_000;
const shutdownTimeoutMs = 1_000;
const warningPauseMs = 60_000;

/**
 * Starts OpenTelemetry for what the configuration sends to a collector. Further settings of the exporters, such as headers, come
 * from its environment variables (https://opentelemetry.io/docs/specs/otel/protocol/exporter/).
 *
 * @returns a function that sends what is buffered and stops
 */
export function startSdk({ config, metrics, log, worker }: SdkOptions): () => Promise<void> {
  diag.setLogger(toDiagLogger(log), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const {
    traces,
    metrics: { otlp: metricsUrl },
  } = config;
  const spanProcessors = traces === undefined ? [] : [createSpanProcessor(traces.otlp)];
  const metricReaders = metricsUrl === undefined ? [] : [createMetricReader(metricsUrl, metrics)];
  const sdk = new NodeSDK({
    resource: resourceFromAttributes({
      [ATTR_SERVICE_NAME]: config.service,
      [ATTR_SERVICE_VERSION]: version,
      // Two processes must not report the same series.
      ...(worker !== undefined && { [ATTR_SERVICE_INSTANCE_ID]: randomUUID() }),
    }),
    resourceDetectors: [envDetector],
    textMapPropagator: new core.CompositePropagator({
      propagators: [new core.W3CTraceContextPropagator(), new core.W3CBaggagePropagator()],
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(traces?.sample ?? 0) }),
    // Empty lists, as the SDK adds exporters of its own where there is no list.
    spanProcessors,
    metricReaders,
    logRecordProcessors: [],
    instrumentations: [],
  });
  sdk.start();
  return async () => {
    await withinMs(
      shutdownTimeoutMs,
      // What the SDK's own shutdown does, which gives up on the rest when one of them cannot be sent.
      Promise.allSettled([...spanProcessors, ...metricReaders].map((buffer) => buffer.shutdown())),
    );
    for (const api of [trace, context, propagation, metricsApi, diag]) api.disable();
  };
}

function createSpanProcessor(collector: string) {
  const exporter = new OTLPTraceExporter({ url: toSignalUrl(collector, 'traces'), timeoutMillis: exportTimeoutMs });
  return new BatchSpanProcessor(exporter);
}

function createMetricReader(collector: string, metrics: readonly Metric[]) {
  const exporter = new OTLPMetricExporter({ url: toSignalUrl(collector, 'metrics'), timeoutMillis: exportTimeoutMs });
  return new PeriodicExportingMetricReader({ exporter, metricProducers: [createMetricProducer(metrics, Date.now)] });
}

/** Both the base URL of a collector and the whole URL of a signal may be given. */
function toSignalUrl(collector: string, signal: 'traces' | 'metrics'): string {
  const base = collector.replace(/\/$/, '');
  return base.endsWith(`/v1/${signal}`) ? base : `${base}/v1/${signal}`;
}

function toDiagLogger(log: Logger) {
  let silentUntilMs = 0;
  const warn = (detail: string) => {
    if (performance.now() < silentUntilMs) return;
    silentUntilMs = performance.now() + warningPauseMs;
    log.warn('Telemetry cannot be sent. Is the collector of "telemetry" running?', { reason: reasonOf(detail) });
  };
  const nothing = () => {};
  return { error: warn, warn, info: nothing, debug: nothing, verbose: nothing };
}

/** OpenTelemetry reports errors as the JSON of their members. */
function reasonOf(detail: string): string {
  return /"message":"((?:[^"\\]|\\.)*)"/.exec(detail)?.[1] ?? detail;
}

async function withinMs(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, timeUp]);
  clearTimeout(timer);
}
