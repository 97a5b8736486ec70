import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { OtlpProtocol } from '../../config/otlp-protocol.ts';
import type { TracesConfig } from '../../config/traces.ts';
import { collectorTimeoutMs, toSignalUrl } from '../collector.ts';
import type { SpanSender } from './span-queue.ts';

/** What the exporters of OpenTelemetry have in common. */
interface Exporter {
  export(spans: ReadableSpan[], done: (result: { readonly code: number; readonly error?: Error }) => void): void;
  shutdown(): Promise<void>;
}

/**
 * Sends spans by OTLP. Further settings, such as headers, come from the environment variables of OpenTelemetry
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/).
 */
export async function createSpanSender({
  otlp,
  protocol,
}: Pick<TracesConfig, 'otlp' | 'protocol'>): Promise<SpanSender> {
  const exporter = await createExporter(otlp, protocol);
  return {
    send: (spans, done) =>
      exporter.export([...spans], ({ code, error }) =>
        done(code === 0 ? undefined : (error ?? new Error('The collector has refused spans.'))),
      ),
    close: () => exporter.shutdown(),
  };
}

/** What is not spoken is not loaded. */
async function createExporter(otlp: string, protocol: OtlpProtocol): Promise<Exporter> {
  if (protocol === 'grpc') {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-grpc');
    return new OTLPTraceExporter({ url: otlp, timeoutMillis: collectorTimeoutMs });
  }
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter({ url: toSignalUrl(otlp, 'traces'), timeoutMillis: collectorTimeoutMs });
}
