import { z } from '@hono/zod-openapi';
import { parseGraphRef } from '../../../feed/graph-ref.ts';
import { toAuthor } from '../../to-author.ts';
import { createToken, revokeToken } from '../../tokens/tokens.ts';
import { givenId, teamName } from '../name-shapes.ts';
import { defineRoute, type Route } from '../route.ts';

/** `shop@staging`, or `shop@*`. */
const variantPattern = z.string().refine(
  (text) => {
    try {
      return parseGraphRef(text.replace(/@\*$/, '@all')) !== undefined;
    } catch {
      return false;
    }
  },
  { error: 'must be a variant such as shop@staging, or shop@* for all of a graph' },
);

const tokenBody = z
  .strictObject({
    name: teamName.describe('What it is called in logs.'),
    role: z.enum(['admin', 'publisher', 'gateway', 'reader']),
    teams: z.array(teamName).max(100).default([]).describe('Teams whose subgraphs a publisher may publish.'),
    variants: z.array(variantPattern).max(100).default([]).describe('Variants that it is for; none for all.'),
    expiresAt: z.int().optional().describe('In milliseconds since the epoch; without it, until it is revoked.'),
  })
  .openapi('TokenToCreate');

const tokenShape = z
  .object({
    ...tokenBody.shape,
    id: z.string(),
    createdAt: z.int(),
    revokedAt: z.int().optional(),
  })
  .openapi('Token');

/** What admins do with tokens. */
export const tokenRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/tokens',
    summary: 'All tokens, without their secrets',
    access: 'admin',
    answer: {
      description: 'Also those that do not count any more.',
      shape: z.object({ items: z.array(tokenShape) }),
    },
    handle: async (_call, { registry: { store } }) => ({ items: await store.listTokens() }),
  }),
  defineRoute({
    method: 'post',
    path: '/v1/tokens',
    summary: 'Create a token',
    access: 'admin',
    body: { shape: tokenBody, maxBytes: 64 * 1024 },
    answer: {
      status: 201,
      description: 'Its secret is shown this once.',
      shape: z.object({ token: tokenShape, secret: z.string() }),
    },
    handle: async ({ token, body }, { registry }) =>
      await createToken(registry, toAuthor(token), { ...body, expiresAt: body.expiresAt }),
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/tokens/{id}',
    summary: 'Revoke a token',
    access: 'admin',
    params: z.object({ id: givenId }),
    answer: { status: 204, description: 'It does not count any more.' },
    handle: async ({ token, params: { id } }, { registry }) => await revokeToken(registry, toAuthor(token), id),
  }),
];
