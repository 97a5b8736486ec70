import { z } from '@hono/zod-openapi';
import { parseGraphRef } from '../../../feed/graph-ref.ts';
import { Refusal } from '../../refusal.ts';
import { toAuthor } from '../../to-author.ts';
import { assertAllowed } from '../../tokens/access.ts';
import { commitShape, pageOf, refShape } from '../model-shapes.ts';
import { graphName, subgraphName, teamName } from '../name-shapes.ts';
import { pageQuery } from '../page-query.ts';
import { defineRoute, type Route } from '../route.ts';

const entryShape = z
  .object({
    id: z.int(),
    at: z.int().describe('In milliseconds since the epoch.'),
    author: commitShape.shape.author,
    action: z.string().describe('Such as publish, token.create or approve.'),
    ref: refShape.optional(),
    details: z.record(z.string(), z.unknown()),
  })
  .openapi('AuditEntry');

/** Whose subgraphs are, and who did what. */
export const auditRoutes: readonly Route[] = [
  defineRoute({
    method: 'put',
    path: '/v1/graphs/{graph}/owners/{subgraph}',
    summary: 'Give a subgraph to a team, in all variants of its graph',
    access: 'admin',
    params: z.object({ graph: graphName, subgraph: subgraphName }),
    body: { shape: z.strictObject({ team: teamName }), maxBytes: 4 * 1024 },
    answer: {
      description: 'Only tokens of the team may change it from now on.',
      shape: z.object({ graph: z.string(), subgraph: z.string(), team: z.string() }),
    },
    async handle({ token, params: { graph, subgraph }, body: { team } }, { registry: { store, now } }) {
      const details = { graph, subgraph, team };
      await store.setOwner(graph, subgraph, team, {
        audit: { at: now(), author: toAuthor(token), action: 'owner.set', ref: undefined, details },
      });
      return details;
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/audit',
    summary: 'The log of who did what',
    access: 'token',
    query: pageQuery.extend({
      ref: z.string().max(200).optional().describe('Only of a variant such as shop@production.'),
    }),
    answer: { description: 'Newest first.', shape: pageOf(entryShape) },
    async handle({ token, query: { ref: text, limit, from } }, { registry }) {
      const ref = text === undefined ? undefined : readRef(text);
      assertAllowed(token, 'read', ref);
      return await registry.store.listAudit({ limit, from, ref });
    },
  }),
];

function readRef(text: string) {
  try {
    return parseGraphRef(text);
  } catch (error) {
    throw new Refusal('INVALID_NAME', error instanceof Error ? error.message : String(error));
  }
}
