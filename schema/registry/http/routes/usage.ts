import { z } from '@hono/zod-openapi';
import { usageDimensions } from '../../../feed/usage-group.ts';
import type { RegistryStore } from '../../store/registry-store.ts';
import { dayMs } from '../../store/usage/period.ts';
import { listDeprecatedUses } from '../../usage/list-deprecated-uses.ts';
import { readUses } from '../../usage/read-uses.ts';
import { readKnownVariant } from '../../variant.ts';
import { defineRoute, type Route } from '../route.ts';
import { keptGroupShape, operationShape, reportMaxBytes, toUsageReport, usageReportBody } from '../usage-shapes.ts';

const path = '/v1/graphs/{graph}/{variant}';

const days = z.coerce.number().pipe(z.int().min(1).max(365)).default(30).describe('How far back to look.');
const clientsShape = z.array(z.object({ name: z.string(), version: z.string(), count: z.int() }));
const operationsShape = z.array(z.object({ hash: z.string(), name: z.string().optional(), count: z.int() }));

const useShape = z
  .object({
    coordinate: z.string(),
    count: z.int(),
    clients: clientsShape.optional().describe('Most uses first; only where a coordinate is asked for.'),
    operations: operationsShape.optional(),
  })
  .openapi('CoordinateUse');

const deprecationShape = z
  .object({
    coordinate: z.string(),
    reason: z.string(),
    sunset: z.string().optional().describe('The day from which on it may be gone.'),
    count: z.int(),
    clients: clientsShape,
    operations: operationsShape,
  })
  .openapi('DeprecatedUse');

/** What clients use: told by gateways, asked for by teams. */
export const usageRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: `${path}/usage`,
    summary: 'Tell what clients used',
    access: 'follow',
    body: { shape: usageReportBody, maxBytes: reportMaxBytes },
    answer: {
      status: 202,
      description: 'It is counted. Of unknown operations the texts are to be told with the next report.',
      shape: z.object({ unknown: z.array(z.string()) }),
    },
    async handle({ ref, body }, { registry: { store } }) {
      await readKnownVariant(store, ref);
      return { unknown: await store.addUsage(ref, toUsageReport(body)) };
    },
  }),
  defineRoute({
    method: 'get',
    path: `${path}/usage`,
    summary: 'What clients used',
    access: 'read',
    query: z.object({ days, coordinate: z.string().max(500).optional().describe('Only this one, with who used it.') }),
    answer: { description: 'Most uses first.', shape: z.object({ items: z.array(useShape) }) },
    async handle({ ref, query: { days: back, coordinate } }, { registry: { store, now } }) {
      await readKnownVariant(store, ref);
      const from = now() - back * dayMs;
      if (coordinate === undefined) return { items: await countUses(store, ref, from) };
      return { items: (await readUses(store, ref, from, [coordinate])).coordinates };
    },
  }),
  defineRoute({
    method: 'get',
    path: `${path}/usage/groups`,
    summary: 'What requests came to in an hour or on a day',
    access: 'read',
    query: z.object({
      by: z.enum([...usageDimensions, 'field']).describe('What they are told apart by.'),
      unit: z.enum(['hour', 'day']).default('day'),
      at: z.coerce
        .number()
        .pipe(z.int().min(0))
        .describe('A moment in it, in milliseconds since the epoch; days are those of UTC.'),
    }),
    answer: { description: 'Most requests first.', shape: z.object({ items: z.array(keptGroupShape) }) },
    async handle({ ref, query }, { registry: { store } }) {
      await readKnownVariant(store, ref);
      return { items: await store.readGroups(ref, query) };
    },
  }),
  defineRoute({
    method: 'get',
    path: `${path}/operations`,
    summary: 'The most used operations',
    access: 'read',
    query: z.object({
      days,
      limit: z.coerce.number().pipe(z.int().min(1).max(1_000)).default(100).describe('How many to answer at most.'),
    }),
    answer: {
      description: 'Most used first.',
      shape: z.object({ items: z.array(operationShape.extend({ count: z.int() })) }),
    },
    async handle({ ref, query: { days: back, limit } }, { registry: { store, now } }) {
      await readKnownVariant(store, ref);
      return { items: await store.listOperations(ref, now() - back * dayMs, limit) };
    },
  }),
  defineRoute({
    method: 'get',
    path: `${path}/deprecations`,
    summary: 'What is deprecated, with who still uses it',
    access: 'read',
    query: z.object({ days }),
    answer: { description: 'Most uses first.', shape: z.object({ items: z.array(deprecationShape) }) },
    async handle({ ref, query: { days: back } }, { registry }) {
      return { items: await listDeprecatedUses(registry, ref, registry.now() - back * dayMs) };
    },
  }),
];

async function countUses(store: RegistryStore, ...[ref, from]: Parameters<RegistryStore['countUses']>) {
  const counts = await store.countUses(ref, from);
  return [...counts].map(([coordinate, count]) => ({ coordinate, count })).sort((a, b) => b.count - a.count);
}
