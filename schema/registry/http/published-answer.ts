import { z } from '@hono/zod-openapi';
import type { Change } from '../../checks/change.ts';
import type { Published } from '../publish.ts';
import { startedCanaryShape, toStartedAnswer } from './canary-shapes.ts';
import { changeShape, contractOutcomeShape, lintShape } from './model-shapes.ts';

/** The first composition of a large graph adds tens of thousands of things. */
const mostChanges = 500;

/** Changes as they are answered. */
export const changesShape = {
  changes: z
    .array(changeShape)
    .describe(`What clients see of the difference, breaking ones first: at most ${mostChanges}.`),
  changeCount: z.int().describe('How many changes there are in all.'),
};

/** What is answered to whoever made a version. */
export const publishedShape = z
  .object({
    version: z.int().describe('The latest.'),
    isNew: z.boolean().describe('Not when the variant was already so.'),
    ...changesShape,
    hints: z
      .array(lintShape.omit({ rule: true }).extend({ code: z.string().describe('The rule.') }))
      .describe('What lint does not like about the subgraph; it is published all the same.'),
    contracts: z
      .array(contractOutcomeShape)
      .describe('Contracts that were derived anew; one with problems stays as it is.'),
    canary: startedCanaryShape.optional().describe('Missing when all clients have it.'),
  })
  .openapi('Published');

/** Writes what came of a publish. */
export function toPublishedAnswer({ changes, hints, canary, ...published }: Published) {
  return {
    ...published,
    ...toChangesAnswer(changes),
    canary: canary && toStartedAnswer(canary),
    hints: hints.slice(0, mostChanges).map(({ rule, ...finding }) => ({ code: rule, ...finding })),
  };
}

/** Writes changes without what only weighing needs. */
export function toChangesAnswer(changes: readonly Change[]) {
  const shown = changes.slice(0, mostChanges);
  return {
    changes: shown.map(({ id, code, level, coordinate, message }) => ({ id, code, level, coordinate, message })),
    changeCount: changes.length,
  };
}
