import { z } from '@hono/zod-openapi';
import type { SettingsChange } from '../settings.ts';
import { graphName } from './name-shapes.ts';

const tag = z.string().regex(/^[\w/-]{1,128}$/, 'must be a tag: letters, digits and the characters _ - /');

const contract = z.strictObject({
  source: graphName.describe('The variant of the same graph that it filters.'),
  include: z.array(tag).max(100).default([]).describe('Only what has one of these tags; none for everything.'),
  exclude: z.array(tag).max(100).default([]).describe('Not what has one of these tags.'),
  hideUnreachable: z.boolean().default(true).describe('Whether types that no operation can reach are left out.'),
});

const riseLimit = z.strictObject({
  by: z.number().min(0).optional().describe('The most that the figure may rise.'),
  percent: z.number().min(0).optional().describe('The most that it may rise, of what it was.'),
});

const checks = z.strictObject({
  usesMin: z.int().min(1).describe('What was used less often breaks nobody.'),
  shareMin: z.number().min(0).max(1).describe('Nor what was used by a smaller share of all operations.'),
  unknownUsage: z
    .enum(['fail', 'pass'])
    .describe('What becomes of breaking changes where no usage was recorded that could tell whom they break.'),
  ignoredClients: z.array(z.string().min(1).max(200)).max(100).describe('name or name@version; * for any characters.'),
  plannedOperations: z.int().min(0).max(10_000).describe('How many operations are planned to compare plans.'),
  planningMs: z
    .int()
    .min(0)
    .max(60_000)
    .describe('How long a check makes plans; the report says how many operations there was no time for.'),
  planLimits: z
    .strictObject({ fetches: riseLimit.optional(), waves: riseLimit.optional(), cost: riseLimit.optional() })
    .describe('By how much the plan of an operation may get worse.'),
  lint: z.record(z.string().max(100), z.unknown()).describe('By rule off, warn or error, or a list of it and options.'),
});

const canary = z.strictObject({
  requestsLeast: z.int().min(1).describe('An operation that came less often to the canary says nothing.'),
  errorMargin: z.number().min(0).max(1).describe('By how much the share of answers with errors may be greater.'),
  slowRatio: z.number().min(1).max(1_000).describe('How many times as long the 95th percentile may be,'),
  slowMarginMs: z.number().min(0).max(600_000).describe('and by how many milliseconds longer beside that.'),
  durationsLeast: z.int().min(1).describe('Fewer durations on either version say nothing of percentiles.'),
  certainty: z.number().min(0).max(10).describe('In standard deviations: what chance may do as well does not count.'),
});

const settings = {
  approvals: z.int().min(0).max(20).describe('By how many others than its author a breaking change must be approved.'),
  refuseBreaking: z.boolean().describe('Whether a publish that breaks clients who are there is refused.'),
  usageDays: z.int().min(1).max(365).describe('Days of recorded usage that count for checks.'),
};

export const settingsShape = z
  .object({
    ...settings,
    checks,
    canary: canary.describe('From when on a canary is worse.'),
    contract: contract.optional(),
  })
  .openapi('VariantSettings');

/** What of the settings is to change. */
export const settingsBody = z
  .strictObject({
    ...settings,
    checks: checks.partial(),
    canary: canary.partial(),
    contract: contract.nullable().describe('null makes a variant of its own of a contract.'),
  })
  .partial()
  .openapi('VariantSettingsChange');

/** The change that a body asks for. */
export function toSettingsChange({ contract: rules, ...rest }: z.output<typeof settingsBody>): SettingsChange {
  const change = withoutMissing(rest) as SettingsChange;
  return rules === undefined ? change : { ...change, contract: rules ?? undefined };
}

/** What is left out must not overwrite. */
function withoutMissing(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
