import { z } from '@hono/zod-openapi';
import { toAuthor } from '../../to-author.ts';
import { type KeptDelivery, listDeliveries } from '../../webhooks/delivery.ts';
import { listWebhooks, removeWebhook, saveWebhook, type Webhook, webhookEvents } from '../../webhooks/webhook.ts';
import { givenId } from '../name-shapes.ts';
import { defineRoute, type Route } from '../route.ts';

const params = z.object({ id: givenId });

const webhookBody = z
  .strictObject({
    url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(2_000),
    events: z
      .array(z.enum(webhookEvents))
      .min(1)
      .default([...webhookEvents])
      .describe('What it is told of.'),
    secret: z
      .string()
      .regex(/^whsec_[A-Za-z\d+/]{32,128}={0,2}$/, 'must be whsec_ and at least 24 bytes in base64')
      .optional()
      .describe('What messages are signed with; by default one that is made.'),
  })
  .openapi('WebhookToSave');

const deliveryShape = z.object({
  event: z.string(),
  at: z.int().describe('When it happened, in milliseconds since the epoch.'),
  state: z.enum(['waiting', 'delivered', 'failed']),
  attempts: z.int(),
  nextAt: z.number().describe('When it is tried again, or was tried last.'),
  outcome: z.string().optional().describe('Of the last attempt.'),
});

const webhookShape = z
  .object({
    id: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    createdAt: z.int(),
    deliveries: z.array(deliveryShape).describe('The last ones, newest first.'),
  })
  .openapi('Webhook');

/** How many deliveries are shown of each. */
const mostShown = 50;

/** Who is told of events. */
export const webhookRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/webhooks',
    summary: 'The webhooks, with what they were told of late',
    access: 'admin',
    answer: { description: 'Without their secrets.', shape: z.object({ items: z.array(webhookShape) }) },
    async handle(_call, { registry }) {
      const deliveries = (await listDeliveries(registry.store)).toReversed();
      const toAnswer = ({ secret: _, ...webhook }: Webhook) => {
        const own = deliveries.filter((delivery) => delivery.webhook === webhook.id);
        return { ...webhook, deliveries: own.slice(0, mostShown).map(toDeliveryAnswer) };
      };
      return { items: (await listWebhooks(registry)).map(toAnswer) };
    },
  }),
  defineRoute({
    method: 'put',
    path: '/v1/webhooks/{id}',
    summary: 'Make a webhook, or change it',
    access: 'admin',
    params,
    body: { shape: webhookBody, maxBytes: 16 * 1024 },
    answer: {
      description: 'A secret that was made is shown this once.',
      shape: webhookShape.omit({ deliveries: true }).extend({ secret: z.string().optional() }),
    },
    async handle({ token, params: { id }, body: { url, events, secret } }, { registry }) {
      const { webhook, isNew } = await saveWebhook(registry, toAuthor(token), id, { url, events, secret });
      const { secret: kept, ...shown } = webhook;
      return isNew ? { ...shown, secret: kept } : shown;
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/webhooks/{id}',
    summary: 'Remove a webhook',
    access: 'admin',
    params,
    answer: { status: 204, description: 'It is told nothing any more.' },
    handle: async ({ token, params: { id } }, { registry }) => await removeWebhook(registry, toAuthor(token), id),
  }),
];

function toDeliveryAnswer({ event, at, state, attempts, nextAt, outcome }: KeptDelivery) {
  return { event, at, state, attempts, nextAt, outcome };
}
