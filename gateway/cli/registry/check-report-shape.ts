import { z } from 'zod';
import type { CheckReport } from '../../../schema/checks/check-report.ts';

/** A member that JSON leaves out where there is nothing. */
function maybe<Shape extends z.ZodType>(shape: Shape) {
  return shape.optional().transform((value) => value);
}

const problem = z.object({
  code: z.string(),
  message: z.string(),
  subgraph: maybe(z.string()),
  coordinate: maybe(z.string()),
});
const verdict = z.enum(['pass', 'fail']);
const operation = z.object({ hash: z.string(), name: maybe(z.string()), count: z.number() });
const facts = z.object({ fetches: z.number(), waves: z.number(), cost: z.number() });

/** A change with whom it would break, as registries answer it. */
export const weighedChangeShape = z.object({
  id: z.string(),
  code: z.custom<CheckReport['changes'][number]['code']>((code) => typeof code === 'string'),
  level: z.enum(['breaking', 'dangerous', 'safe']),
  coordinate: z.string(),
  message: z.string(),
  uses: z.array(z.string()).default([]),
  verdict,
  reason: z.string(),
  clients: z.array(z.object({ name: z.string(), version: z.string(), count: z.number() })),
  operations: z.array(operation),
  approvedBy: z.array(z.string()),
});

/** The report of a check as registries answer it. What a newer registry adds is left alone. */
export const checkReportShape = z.looseObject({
  graph: z.string(),
  subgraph: z.string(),
  base: maybe(z.number()),
  verdict: z.enum(['passed', 'failed']),
  counts: z.object({
    problems: z.number(),
    hints: z.number(),
    lintErrors: z.number(),
    lintWarnings: z.number(),
    breakingChanges: z.number(),
    dangerousChanges: z.number(),
    safeChanges: z.number(),
    failingChanges: z.number(),
    worsePlans: z.number(),
    failingPlans: z.number(),
    plannedOperations: maybe(z.number()),
    unplannedOperations: maybe(z.number()),
  }),
  problems: z.array(problem),
  hints: z.array(problem),
  lint: z.array(
    z.object({
      rule: z.string(),
      severity: z.enum(['warn', 'error']),
      message: z.string(),
      coordinate: z.string(),
      line: z.number(),
      column: z.number(),
      subgraph: z.string(),
    }),
  ),
  changes: z.array(weighedChangeShape),
  plans: z.array(
    operation.extend({
      id: z.string(),
      kind: z.enum(['costlier', 'invalid']),
      before: facts,
      after: maybe(facts),
      verdict,
      reason: z.string(),
      approvedBy: z.array(z.string()),
    }),
  ),
}) satisfies z.ZodType<CheckReport>;
