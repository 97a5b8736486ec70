import { z } from '@hono/zod-openapi';
import { defineRoute, type Route } from '../route.ts';

const healthShape = z.object({ status: z.string() });

/** What orchestrators ask. */
export const healthRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/health/live',
    summary: 'Whether the process answers',
    access: 'anyone',
    answer: { description: 'It does.', shape: healthShape },
    handle: async () => ({ status: 'ok' }),
  }),
  defineRoute({
    method: 'get',
    path: '/health/ready',
    summary: 'Whether the database can be used',
    access: 'anyone',
    answer: { description: 'It can; 503 when it cannot.', shape: healthShape },
    async handle(_call, { registry: { store } }) {
      await store.readVariant({ graph: 'health', variant: 'ready' });
      return { status: 'ok' };
    },
  }),
];
