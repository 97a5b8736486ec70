import { z } from '@hono/zod-openapi';
import type { KeptCheck } from '../check.ts';
import { changeShape, lintShape } from './model-shapes.ts';
import { problemsShape } from './problem.ts';

const verdict = z.enum(['pass', 'fail']);
const operation = z.object({ hash: z.string(), name: z.string().optional(), count: z.int() });
const facts = z.object({ fetches: z.int(), waves: z.int(), cost: z.number() });
const judged = { verdict, reason: z.string(), approvedBy: z.array(z.string()) };

/** A change with whom it would break, as it is answered. */
const weighedChangeShape = changeShape
  .extend({
    ...judged,
    clients: z.array(z.object({ name: z.string(), version: z.string(), count: z.int() })),
    operations: z.array(operation),
  })
  .openapi('WeighedChange');

const planFindingShape = operation
  .extend({
    ...judged,
    id: z.string(),
    kind: z.enum(['costlier', 'invalid']),
    before: facts,
    after: facts.optional().describe('Missing for one that is invalid.'),
  })
  .openapi('PlanFinding');

const count = z.int();

/** A kept check without its lists. */
export const checkSummaryShape = z
  .object({
    id: z.string(),
    at: z.int().describe('In milliseconds since the epoch.'),
    graph: z.string().describe('Such as shop@production.'),
    subgraph: z.string(),
    base: z.int().optional().describe('The version that it was checked against.'),
    verdict: z.enum(['passed', 'failed']),
    counts: z.object({
      problems: count,
      hints: count,
      lintErrors: count,
      lintWarnings: count,
      breakingChanges: count,
      dangerousChanges: count,
      safeChanges: count,
      failingChanges: count,
      worsePlans: count,
      failingPlans: count,
      plannedOperations: count.optional().describe('Those that the change has to do with and that were planned.'),
      unplannedOperations: count.optional().describe('Those that there was no time for.'),
    }),
  })
  .openapi('CheckSummary');

/** A kept check. */
export const checkShape = checkSummaryShape
  .extend({
    problems: problemsShape,
    hints: problemsShape,
    lint: z.array(lintShape),
    changes: z.array(weighedChangeShape),
    plans: z.array(planFindingShape),
  })
  .openapi('Check');

type ShownChange = Omit<KeptCheck['changes'][number], 'uses'>;

/** Writes a check without what only weighing needs. */
export function toCheckAnswer(
  check: KeptCheck,
): Omit<KeptCheck, 'changes'> & { readonly changes: readonly ShownChange[] } {
  return { ...check, changes: check.changes.map(({ uses: _, ...change }) => change) };
}

type CheckSummary = Pick<KeptCheck, 'id' | 'at' | 'graph' | 'subgraph' | 'base' | 'verdict' | 'counts'>;

/** Writes a check without its lists. */
export function toCheckSummary({ id, at, graph, subgraph, base, verdict: outcome, counts }: KeptCheck): CheckSummary {
  return { id, at, graph, subgraph, base, verdict: outcome, counts };
}
