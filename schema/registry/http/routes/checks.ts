import { z } from '@hono/zod-openapi';
import { approve } from '../../approve.ts';
import { checkSubgraph, listChecks, readCheck } from '../../check.ts';
import { checkShape, checkSummaryShape, toCheckAnswer, toCheckSummary } from '../check-shapes.ts';
import { commitShape, refShape } from '../model-shapes.ts';
import { givenId, subgraphName } from '../name-shapes.ts';
import { pageQuery } from '../page-query.ts';
import { defineRoute, type Route } from '../route.ts';
import { subgraphBody, subgraphMaxBytes, toSubgraph } from '../subgraph-shapes.ts';

const path = '/v1/graphs/{graph}/{variant}';

const approvalShape = z
  .object({
    ref: refShape,
    change: z.string(),
    author: commitShape.shape.author,
    at: z.int(),
    message: z.string().optional(),
  })
  .openapi('Approval');

/** What teams ask before they publish, and others consent to. */
export const checkRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: `${path}/subgraphs/{name}/check`,
    summary: 'Check what publishing a subgraph would do',
    access: 'publish',
    params: z.object({ name: subgraphName }),
    body: { shape: subgraphBody, maxBytes: subgraphMaxBytes },
    answer: { description: 'The report, whether it passed or failed; it is kept.', shape: checkShape },
    handle: async ({ ref, token, params: { name }, body }, { registry }) =>
      toCheckAnswer(await checkSubgraph(registry, token, ref, toSubgraph(name, body), body.allowBreaking)),
  }),
  defineRoute({
    method: 'get',
    path: `${path}/checks`,
    summary: 'The latest checks',
    access: 'read',
    query: pageQuery.pick({ limit: true }),
    answer: {
      description: 'Newest first, without their lists.',
      shape: z.object({ items: z.array(checkSummaryShape) }),
    },
    handle: async ({ ref, query: { limit } }, { registry }) => ({
      items: (await listChecks(registry, ref, limit)).map(toCheckSummary),
    }),
  }),
  defineRoute({
    method: 'get',
    path: `${path}/checks/{id}`,
    summary: 'A check',
    access: 'read',
    params: z.object({ id: givenId }),
    answer: { description: 'The whole report.', shape: checkShape },
    handle: async ({ ref, params: { id } }, { registry }) => toCheckAnswer(await readCheck(registry, ref, id)),
  }),
  defineRoute({
    method: 'post',
    path: `${path}/changes/{id}/approval`,
    summary: 'Approve a change, for later checks and publishes of the same change',
    access: 'publish',
    params: z.object({ id: givenId.describe('The id of a change or of a plan that a check has found.') }),
    body: { shape: z.strictObject({ message: z.string().max(10_000).optional() }), maxBytes: 64 * 1024 },
    answer: { description: 'An own approval does not count for what one publishes.', shape: approvalShape },
    handle: async ({ ref, token, params: { id }, body: { message } }, { registry }) =>
      await approve(registry, token, ref, { change: id, message }),
  }),
];
