import { z } from '@hono/zod-openapi';
import { defineRoute, type Route } from '../route.ts';

const keyShape = z.object({
  id: z.string(),
  algorithm: z.literal('Ed25519'),
  publicKey: z.string().describe('In PEM.'),
});

/** What artifacts are signed with. */
export const keyRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/keys',
    summary: 'The public keys of those that artifacts are signed with',
    access: 'anyone',
    answer: {
      description: 'Give gateways one by a safer way than this.',
      shape: z.object({ items: z.array(keyShape) }),
    },
    handle: async (_call, { key: { id, publicKey } }) => ({ items: [{ id, algorithm: 'Ed25519', publicKey }] }),
  }),
];
