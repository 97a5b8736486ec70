import { createHash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { usageDimensions } from '../../feed/usage-group.ts';
import type { UsageReport } from '../../feed/usage-report.ts';

/** A report of half a minute of a busy gateway has a tenth of it. */
export const reportMaxBytes = 32 * 1024 * 1024;
const mostOperations = 20_000;
const mostCounts = 100_000;
const mostEntries = 10_000;
const mostGroups = 20_000;
/** Sums stay far from where numbers get coarse. */
const mostUnits = 1e12;

const count = z.int().min(0).max(1_000_000_000);
const hash = z.string().regex(/^[\da-f]{64}$/, 'must be a SHA-256 in hex');
const name = z.string().max(1_000);
const counts = z
  .record(name, count)
  .refine((entries) => Object.keys(entries).length <= mostEntries, `must have at most ${mostEntries} entries`);

/** An operation as gateways tell it. */
export const operationShape = z
  .object({
    hash,
    name: name.optional(),
    kind: z.enum(['query', 'mutation', 'subscription']),
    text: z.string().max(1_000_000).describe('Without literals.'),
    coordinates: z.array(name).max(mostEntries).describe('What of the schema it uses, such as User.email.'),
  })
  .openapi('RecordedOperation');

const operation = operationShape.refine(
  ({ hash: told, text }) => createHash('sha256').update(text).digest('hex') === told,
  {
    path: ['hash'],
    error: 'must be the SHA-256 of the text',
  },
);

const usage = z.object({
  operation: hash,
  client: name,
  clientVersion: name,
  version: z.int().min(0).describe('The version of the supergraph that answered.'),
  count,
  errors: count,
  durations: counts.describe('By bucket: exponents of 1.1 milliseconds.'),
  inputs: counts.describe('By coordinate of what was used through variables.'),
});

const group = {
  name,
  requests: count,
  errors: count,
  cost: z.number().min(0).max(mostUnits).describe('In cost units.'),
  bytes: z.int().min(0).max(mostUnits).describe('Of answers before compression.'),
  quota: z.number().min(0).max(1).describe('The largest share of a quota that was used.'),
  durations: counts.describe('By bucket: exponents of 1.1 milliseconds.'),
};

/** What requests of one name came to, as it was kept. */
export const keptGroupShape = z
  .object({
    ...group,
    requests: z.int(),
    errors: z.int(),
    cost: z.number(),
    bytes: z.int(),
    durations: z.record(z.string(), z.int()),
    title: z.string().optional().describe('Of an operation that has one.'),
  })
  .openapi('UsageGroup');

/** What gateways send of what their clients did. */
export const usageReportBody = z
  .object({
    id: z.string().min(1).max(200).describe('One that comes twice counts once.'),
    at: z.int().min(0).describe('The middle of the time that it is about, in milliseconds since the epoch.'),
    operations: z.array(operation).max(mostOperations).describe('Those that were not told before.'),
    counts: z.array(usage).max(mostCounts),
    format: z.literal(2).optional().describe('Left out by gateways that tell no groups.'),
    groups: z
      .array(z.object({ by: z.enum(usageDimensions), ...group }))
      .max(mostGroups)
      .optional()
      .describe('What requests came to, each once by each dimension.'),
  })
  .openapi('UsageReport');

/** The report of a body. */
export function toUsageReport({ operations, ...report }: z.output<typeof usageReportBody>): UsageReport {
  return { ...report, operations: operations.map((one) => ({ ...one, name: one.name })) };
}
