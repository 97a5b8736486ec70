import { z } from '@hono/zod-openapi';
import { diffVersions } from '../../diff-versions.ts';
import { promote } from '../../promote.ts';
import { rollback } from '../../rollback.ts';
import { readKnownVariant, readKnownVersion } from '../../variant.ts';
import { canaryBody } from '../canary-shapes.ts';
import { pageOf, versionSummaryShape } from '../model-shapes.ts';
import { graphName } from '../name-shapes.ts';
import { pageQuery } from '../page-query.ts';
import { changesShape, publishedShape, toChangesAnswer, toPublishedAnswer } from '../published-answer.ts';
import { defineRoute, type Route } from '../route.ts';
import { noteShape, publishedSubgraphShape, weighedNoteShape } from '../subgraph-shapes.ts';

const path = '/v1/graphs/{graph}/{variant}';
const number = z.coerce.number().pipe(z.int().min(1));
const params = z.object({ version: number });
const noteMaxBytes = 64 * 1024;

const versionShape = versionSummaryShape
  .extend({ subgraphs: z.array(publishedSubgraphShape), supergraphSdl: z.string() })
  .openapi('Version');

const subgraphDiffShape = z.object({
  name: z.string(),
  before: publishedSubgraphShape.optional().describe('Missing for one that was added.'),
  after: publishedSubgraphShape.optional().describe('Missing for one that was removed.'),
});

const diffShape = z.object({
  from: z.int(),
  to: z.int(),
  ...changesShape,
  subgraphs: z.array(subgraphDiffShape).describe('Those that differ.'),
});

/** The history of a variant, and ways back and forth in it. */
export const versionRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: `${path}/versions`,
    summary: 'The history of a variant',
    access: 'read',
    query: pageQuery,
    answer: { description: 'Newest first.', shape: pageOf(versionSummaryShape) },
    async handle({ ref, query }, { registry: { store } }) {
      await readKnownVariant(store, ref);
      return await store.listVersions(ref, query);
    },
  }),
  defineRoute({
    method: 'get',
    path: `${path}/versions/{version}`,
    summary: 'A version with its schemas',
    access: 'read',
    params,
    answer: { description: 'It never changes.', shape: versionShape },
    handle: async ({ ref, params: { version } }, { registry: { store } }) =>
      await readKnownVersion(store, ref, version),
  }),
  defineRoute({
    method: 'get',
    path: `${path}/versions/{version}/supergraph.graphql`,
    summary: 'The supergraph SDL of a version',
    access: 'read',
    params,
    answer: { description: 'It never changes.', type: 'text/plain', shape: z.string() },
    async handle({ ref, params: { version } }, { registry: { store } }) {
      const { supergraphSdl } = await readKnownVersion(store, ref, version);
      return new Response(supergraphSdl, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
    },
  }),
  defineRoute({
    method: 'get',
    path: `${path}/diff`,
    summary: 'What changed between two versions',
    access: 'read',
    query: z.object({ from: number, to: number }),
    answer: { description: 'What clients see, and the subgraphs that differ.', shape: diffShape },
    async handle({ ref, query: { from, to } }, { registry }) {
      const diff = await diffVersions(registry, ref, from, to);
      return { ...diff, ...toChangesAnswer(diff.changes) };
    },
  }),
  defineRoute({
    method: 'post',
    path: `${path}/rollback`,
    summary: 'Make a new version with the content of an old one',
    access: 'publish',
    body: { shape: z.strictObject({ to: z.int().min(1), ...noteShape }), maxBytes: noteMaxBytes },
    answer: { description: 'It is live, and gateways are told.', shape: publishedShape },
    handle: async ({ ref, token, body: { to, base, message, revision } }, { registry }) =>
      toPublishedAnswer(await rollback(registry, token, ref, { to, base, message, revision })),
  }),
  defineRoute({
    method: 'post',
    path: `${path}/promote`,
    summary: 'Make a new version of the schemas of another variant',
    access: 'publish',
    body: {
      shape: z.strictObject({
        from: graphName.describe('A variant of the same graph.'),
        version: z.int().min(1).optional().describe('By default the one that its gateways run.'),
        canary: canaryBody.optional().describe('How it is tried with a part of the clients first.'),
        ...weighedNoteShape,
      }),
      maxBytes: noteMaxBytes,
    },
    answer: {
      description: 'It is live. Services that the variant had already are reached where they were.',
      shape: publishedShape,
    },
    async handle({ ref, token, body }, { registry }) {
      const { from, version, canary, base, message, revision, allowBreaking } = body;
      const note = { base, message, revision, allowBreaking };
      return toPublishedAnswer(await promote(registry, token, ref, { from, version, canary, ...note }));
    },
  }),
];
