import { signWebhook, type WebhookHeaders } from '../../feed/sign-webhook.ts';
import type { Registry } from '../registry.ts';
import {
  afterAttempt,
  type KeptDelivery,
  keepDelivery,
  listDeliveries,
  removeDelivery,
  toDelivery,
} from './delivery.ts';
import { listWebhooks, type Webhook } from './webhook.ts';

/** Sends a message to a URL; resolves with the HTTP status of the answer. @throws Error with a sentence when there is none */
export type Post = (url: string, headers: WebhookHeaders, body: string, signal: AbortSignal) => Promise<number>;

interface Sender {
  readonly post: Post;
  /** From 0 to 1. */
  readonly random: () => number;
}

const eventsAtATime = 200;

/** Of a webhook: messages that wait, of which the oldest are given up, and messages that are done with. */
const mostWaiting = 1_000;
const mostDone = 50;

/** Tells webhooks what has happened: first all that is new becomes deliveries, then those whose time it is are sent. */
export async function deliverEvents(registry: Registry, sender: Sender, signal: AbortSignal): Promise<void> {
  const webhooks = await listWebhooks(registry);
  await fanOut(registry, webhooks);
  const deliveries = await listDeliveries(registry.store);
  await Promise.all(webhooks.map((webhook) => sendAll(registry, webhook, deliveries, sender, signal)));
  const known = new Set(webhooks.map(({ id }) => id));
  for (const delivery of deliveries) {
    if (!known.has(delivery.webhook)) await removeDelivery(registry.store, delivery);
  }
}

async function fanOut({ store }: Registry, webhooks: readonly Webhook[]): Promise<void> {
  for (;;) {
    const events = await store.listEvents(eventsAtATime);
    for (const event of events) {
      const listening = webhooks.filter((webhook) => webhook.events.includes(event.kind));
      // One that is kept already is not kept again: a crash in between leaves no gap and makes no second one.
      for (const { id } of listening) await keepDelivery(store, { ...toDelivery(id, event), revision: 0 });
      await store.removeEvent(event.id);
    }
    if (events.length < eventsAtATime) return;
  }
}

async function sendAll(
  { store, now, log }: Registry,
  webhook: Webhook,
  deliveries: readonly KeptDelivery[],
  { post, random }: Sender,
  signal: AbortSignal,
): Promise<void> {
  const own = deliveries.filter((delivery) => delivery.webhook === webhook.id);
  const done = own.filter(({ state }) => state !== 'waiting');
  const waiting = own.filter(({ state }) => state === 'waiting');
  for (const old of done.slice(0, Math.max(0, done.length - mostDone))) await removeDelivery(store, old);
  for (const old of waiting.splice(0, Math.max(0, waiting.length - mostWaiting))) await removeDelivery(store, old);
  for (const delivery of waiting) {
    if (delivery.nextAt > now()) continue;
    const result = await attempt(webhook, delivery, post, now(), signal);
    if (signal.aborted) return;
    await keepDelivery(store, { ...delivery, ...afterAttempt(delivery, result, now(), random()) });
    if (result.isDelivered) continue;
    const { id: name } = webhook;
    log.warn('A webhook was not told of an event.', { webhook: name, event: delivery.event, outcome: result.outcome });
    // What comes after it would hardly get through either.
    return;
  }
}

async function attempt(webhook: Webhook, { message, body }: KeptDelivery, post: Post, at: number, signal: AbortSignal) {
  try {
    const status = await post(webhook.url, signWebhook(webhook.secret, message, at, body), body, signal);
    return { isDelivered: status >= 200 && status < 300, outcome: `HTTP status ${status}` };
  } catch (error) {
    return { isDelivered: false, outcome: error instanceof Error ? error.message : String(error) };
  }
}
