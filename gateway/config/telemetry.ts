import { z } from 'zod';
import { countrySection } from './country.ts';
import { logsSection } from './logs.ts';
import { otlpProtocol } from './otlp-protocol.ts';
import { tracesSection } from './traces.ts';
import { httpUrl } from './units.ts';

/** What the gateway tells about itself. */
export const telemetrySection = z
  .strictObject({
    service: z.string().min(1).default('overlock').describe('Name of this service in traces and metrics.'),
    traces: tracesSection.optional().describe('OpenTelemetry traces. Default: none.'),
    metrics: z
      .strictObject({
        prometheus: z.boolean().default(true).describe('Whether the admin port serves /metrics.'),
        otlp: httpUrl().optional().describe('OTLP collector for metrics, which are sent once a minute. Default: none.'),
        protocol: otlpProtocol(),
        operations: z
          .int()
          .min(0)
          .max(1_000)
          .default(100)
          .describe(
            'How many operations have series of their own, those that are asked for most; the rest is "other".',
          ),
        clients: z
          .int()
          .min(0)
          .max(1_000)
          .default(50)
          .describe('How many clients have series of their own, those that ask most; the rest is "other".'),
      })
      .prefault({})
      .describe('Metrics.'),
    logs: logsSection.describe('Logs, on standard error.'),
    usage: z
      .strictObject({
        enabled: z.boolean().default(true).describe('Whether the registry that is followed is told.'),
        identity: z
          .union([z.enum(['hashed', 'subject']), z.literal(false)], 'must be hashed, subject or false')
          .default('hashed')
          .describe(
            'How identities are told apart: by a hash, by the subject as its issuer names it, or not at all. Default: hashed.',
          ),
        country: countrySection
          .optional()
          .describe('Where the country of clients comes from. Default: it is not looked for.'),
      })
      .prefault({})
      .describe('What clients use of the schema, and what their requests come to; see graph.registry.usage.'),
  })
  .prefault({});

export type TelemetryConfig = z.output<typeof telemetrySection>;
