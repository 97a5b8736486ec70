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
  ignoredClients: z.array(z.string().min(1).max(200)).max(100).describe('name or name@version; * for any characters.'),
  plannedOperations: z.int().min(0).max(10_000).describe('How many operations are planned to compare plans.'),
  planLimits: z
    .strictObject({ fetches: riseLimit.optional(), waves: riseLimit.optional(), cost: riseLimit.optional() })
    .describe('By how much the plan of an operation may get worse.'),
  lint: z.record(z.string().max(100), z.unknown()).describe('By rule off, warn or error, or a list of it and options.'),
});

const settings = {
  approvals: z.int().min(0).max(20).describe('By how many others than its author a breaking change must be approved.'),
  refuseBreaking: z.boolean().describe('Whether a publish that breaks clients who are there is refused.'),
  usageDays: z.int().min(1).max(365).describe('Days of recorded usage that count for checks.'),
};

export const settingsShape = z
  .object({ ...settings, checks, contract: contract.optional() })
  .openapi('VariantSettings');

/** What of the settings is to change. */
export const settingsBody = z
  .strictObject({
    ...settings,
    checks: checks.partial(),
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
