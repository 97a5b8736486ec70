import { z } from '@hono/zod-openapi';
import { problemsShape } from './problem.ts';

/** Shapes of what is answered. */

const time = () => z.int().describe('In milliseconds since the epoch.');

export const refShape = z.object({ graph: z.string(), variant: z.string() }).openapi('GraphRef');

export const commitShape = z
  .object({
    author: z.object({ token: z.string().optional().describe('Missing for the registry itself.'), name: z.string() }),
    at: time(),
    message: z.string().optional(),
    revision: z.string().optional(),
  })
  .openapi('Commit');

const causeShape = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('publish'), subgraph: z.string() }),
    z.object({ kind: z.literal('unpublish'), subgraph: z.string() }),
    z.object({ kind: z.literal('rollback'), to: z.int() }),
    z.object({ kind: z.literal('promote'), from: refShape, version: z.int() }),
    z.object({ kind: z.literal('contract'), version: z.int() }),
  ])
  .openapi('VersionCause');

export const versionSummaryShape = z
  .object({
    ref: refShape,
    version: z.int(),
    cause: causeShape,
    commit: commitShape,
    fingerprint: z.string().describe('SHA-256 of the supergraph SDL in hex.'),
  })
  .openapi('VersionSummary');

export const changeShape = z
  .object({
    id: z.string().describe('The same whenever the same change is found again.'),
    code: z.string(),
    level: z.enum(['breaking', 'dangerous', 'safe']),
    coordinate: z.string(),
    message: z.string(),
  })
  .openapi('Change');

export const lintShape = z
  .object({
    rule: z.string(),
    severity: z.enum(['warn', 'error']),
    message: z.string(),
    coordinate: z.string(),
    line: z.int(),
    column: z.int(),
    subgraph: z.string(),
  })
  .openapi('LintFinding');

/** What became of a contract. */
export const contractOutcomeShape = z.object({
  ref: refShape,
  version: z.int().optional().describe('Missing when it stays as it is.'),
  problems: problemsShape,
});

/** A list that ends where `next` is missing. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().optional().describe('Sent as from, gives what comes after.'),
  });
}
