import { z } from 'zod';

/** How collectors are spoken to, as OpenTelemetry names it (https://opentelemetry.io/docs/specs/otel/protocol/exporter/). */
const otlpProtocols = ['http/protobuf', 'http/json', 'grpc'] as const;

/** How a collector is spoken to. */
export const otlpProtocol = () =>
  z
    .enum(otlpProtocols)
    .default('http/protobuf')
    .describe('How the collector is spoken to. Collectors listen for grpc at another port.');

export type OtlpProtocol = (typeof otlpProtocols)[number];
