import { z } from 'zod';
import { headerName } from './headers.ts';
import { linearPattern } from './linear-pattern.ts';
import { filePath, rate, share } from './units.ts';

const auditedRefusalsMost = 100_000;

/** From the one that tells most. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** What can be told of a request. */
export const accessFields = [
  'requestId',
  'traceId',
  'correlationId',
  'operationName',
  'operationKind',
  'operationHash',
  'status',
  'errorCodes',
  'durationMs',
  'client',
  'identity',
  'ip',
  'userAgent',
  'cost',
  'bytes',
  'country',
] as const;

const access = z.strictObject({
  fields: z
    .array(z.enum(accessFields))
    .min(1)
    .default(accessFields.filter((field) => field !== 'userAgent'))
    .describe('What is told of a request, in this order; what is not known is left out.'),
  sample: share()
    .prefault('100%')
    .describe('Share of the requests without errors that are logged; those with errors always are.'),
  fetches: z.boolean().default(false).describe('Whether each fetch from a subgraph has a line of its own.'),
  correlationHeader: headerName
    .default('x-correlation-id')
    .describe("Header with the client's own id of a request, told as correlationId, at most 128 characters."),
});

const redact = z.strictObject({
  keys: z
    .array(z.string().min(1).max(100))
    .max(100)
    .default([])
    .describe(
      'Members whose values are replaced, at any depth; case, - and _ aside. Those that are called like a secret always are.',
    ),
  patterns: z
    .array(linearPattern())
    .max(20)
    .default([])
    .describe(
      'Regular expressions, as JavaScript has them with the flag u: a text that matches one somewhere is replaced as a whole. They are matched in linear time, so they cannot look ahead or behind or refer to groups.',
    ),
});

const mask = z.strictObject({
  ip: z
    .boolean()
    .default(true)
    .describe(
      'Whether IP addresses are cut to their network: 24 bits of IPv4, 48 of IPv6. The audit log has them whole.',
    ),
  emails: z.boolean().default(true).describe('Whether e-mail addresses are replaced.'),
});

/** What is told of requests where nothing else is said. */
export const usualAccessLog = access.parse({});

/** What is logged, and how. */
export const logsSection = z
  .strictObject({
    level: z
      .enum(logLevels)
      .default('info')
      .describe('Least level. Operators can change it for a while: overlock log level debug --client ios --for 10m.'),
    format: z.enum(['json', 'pretty']).optional().describe('Default: pretty on a terminal, else json.'),
    access: z
      .union([z.boolean(), access], 'must be true, false, or a mapping such as { sample: 10% }')
      .default(false)
      .transform((given) => (typeof given === 'boolean' ? given && usualAccessLog : given))
      .describe('Whether every request is logged, and what of it.'),
    redact: redact.prefault({}).describe('What is never logged.'),
    mask: mask.prefault({}).describe('What is logged in part.'),
    audit: z
      .strictObject({
        file: filePath().describe('File that lines are added to; when it is moved away, a new one is begun.'),
        refusals: rate()
          .refine(({ amount }) => amount <= auditedRefusalsMost, `must be at most ${auditedRefusalsMost} in a period`)
          .prefault('100/s')
          .describe(
            'Most refusals of each kind that each process writes, as many at once; the rest is told of in one line a second. What operators change is always written.',
          ),
      })
      .optional()
      .describe(
        'Log of its own of what operators changed and of who was refused access, one JSON object a line. Default: none.',
      ),
  })
  .prefault({});

export type LogsConfig = z.output<typeof logsSection>;
export type AccessLogConfig = z.output<typeof access>;
export type AccessField = (typeof accessFields)[number];
export type LogLevel = (typeof logLevels)[number];
