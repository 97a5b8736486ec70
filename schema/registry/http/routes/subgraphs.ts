import { z } from '@hono/zod-openapi';
import { listSubgraphs } from '../../list-subgraphs.ts';
import { publishSubgraph, unknownSubgraph, unpublishSubgraph } from '../../publish-subgraph.ts';
import { readKnownVersion } from '../../variant.ts';
import { canaryBody } from '../canary-shapes.ts';
import { commitShape, refShape } from '../model-shapes.ts';
import { subgraphName } from '../name-shapes.ts';
import { publishedShape, toPublishedAnswer } from '../published-answer.ts';
import { defineRoute, type Route } from '../route.ts';
import {
  publishedSubgraphShape,
  subgraphBody,
  subgraphMaxBytes,
  toSubgraph,
  weighedNoteQuery,
} from '../subgraph-shapes.ts';

const path = '/v1/graphs/{graph}/{variant}/subgraphs';
const params = z.object({ name: subgraphName });

const publishBody = subgraphBody
  .extend({ canary: canaryBody.optional().describe('How it is tried with a part of the clients first.') })
  .openapi('SubgraphToPublish');

const summaryShape = z
  .object({
    ...subgraphBody.pick({ kind: true, url: true, team: true }).shape,
    name: z.string(),
    lastChange: commitShape
      .extend({ ref: refShape, version: z.int() })
      .optional()
      .describe('The publish that made it what it is, which may have been in another variant.'),
  })
  .openapi('SubgraphSummary');

/** What teams do with their subgraphs. */
export const subgraphRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path,
    summary: "The subgraphs of a variant's latest version",
    access: 'read',
    answer: { description: 'By name in order.', shape: z.object({ items: z.array(summaryShape) }) },
    handle: async ({ ref }, { registry: { store } }) => ({ items: await listSubgraphs(store, ref) }),
  }),
  defineRoute({
    method: 'get',
    path: `${path}/{name}`,
    summary: 'A subgraph with its SDL',
    access: 'read',
    params,
    answer: {
      description: 'As it was published.',
      shape: publishedSubgraphShape.extend({ team: z.string().optional() }),
    },
    async handle({ ref, params: { name } }, { registry: { store } }) {
      const { subgraphs } = await readKnownVersion(store, ref);
      const subgraph = subgraphs.find((candidate) => candidate.name === name);
      if (subgraph === undefined) throw unknownSubgraph(ref, name);
      return { ...subgraph, team: (await store.listOwners(ref.graph)).get(name) };
    },
  }),
  defineRoute({
    method: 'put',
    path: `${path}/{name}`,
    summary: 'Publish a subgraph: add it to a variant, or replace it',
    access: 'publish',
    params,
    body: { shape: publishBody, maxBytes: subgraphMaxBytes },
    answer: { description: 'It is published, and gateways are told.', shape: publishedShape },
    async handle({ ref, token, params: { name }, body }, { registry }) {
      const { team, base, message, revision, canary, allowBreaking } = body;
      const note = { base, message, revision, allowBreaking };
      const subgraph = toSubgraph(name, body);
      return toPublishedAnswer(await publishSubgraph(registry, token, ref, { subgraph, team, canary, ...note }));
    },
  }),
  defineRoute({
    method: 'delete',
    path: `${path}/{name}`,
    summary: 'Unpublish a subgraph: take it out of a variant',
    access: 'publish',
    params,
    query: weighedNoteQuery,
    answer: { description: 'It is gone, and gateways are told.', shape: publishedShape },
    async handle({ ref, token, params: { name }, query }, { registry }) {
      const { base, message, revision, allowBreaking } = query;
      const note = { base, message, revision, allowBreaking };
      return toPublishedAnswer(await unpublishSubgraph(registry, token, ref, { name, ...note }));
    },
  }),
];
