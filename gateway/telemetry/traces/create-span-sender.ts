import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { TracesConfig } from '../../config/traces.ts';
import { createExporter } from '../create-exporter.ts';
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
  const exporter = await createExporter<Exporter>(
    { collector: otlp, protocol, signal: 'traces' },
    {
      grpc: async () => (await import('@opentelemetry/exporter-trace-otlp-grpc')).OTLPTraceExporter,
      'http/json': async () => (await import('@opentelemetry/exporter-trace-otlp-http')).OTLPTraceExporter,
      'http/protobuf': async () => (await import('@opentelemetry/exporter-trace-otlp-proto')).OTLPTraceExporter,
    },
  );
  return {
    send: (spans, done) =>
      exporter.export([...spans], ({ code, error }) =>
        done(code === 0 ? undefined : (error ?? new Error('The collector has refused spans.'))),
      ),
    close: () => exporter.shutdown(),
  };
}
