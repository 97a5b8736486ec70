import { z } from 'zod';
import { httpUrl, share } from './units.ts';

/** What the gateway tells about itself. */
export const telemetrySection = z
  .strictObject({
    service: z.string().min(1).default('overlock').describe('Name of this service in traces and metrics.'),
    traces: z
      .strictObject({
        otlp: httpUrl().describe('OTLP/HTTP collector, for example http://127.0.0.1:4318.'),
        sample: share().prefault('100%').describe('Share of requests that are traced when the caller has not decided.'),
      })
      .optional()
      .describe('OpenTelemetry traces. Default: none.'),
    metrics: z
      .strictObject({
        prometheus: z.boolean().default(true).describe('Whether the admin port serves /metrics.'),
        otlp: httpUrl().optional().describe('OTLP/HTTP collector for metrics.'),
      })
      .prefault({})
      .describe('Metrics.'),
    logs: z
      .strictObject({
        level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('Least level.'),
        format: z.enum(['json', 'pretty']).optional().describe('Default: pretty on a terminal, else json.'),
        access: z.boolean().default(false).describe('Whether every request is logged.'),
      })
      .prefault({})
      .describe('Logs, on standard error.'),
    usage: z
      .strictObject({
        enabled: z.boolean().default(true).describe('Whether the registry that is followed is told.'),
      })
      .prefault({})
      .describe('What clients use of the schema; see graph.registry.usage.'),
  })
  .prefault({});

export type TelemetryConfig = z.output<typeof telemetrySection>;
