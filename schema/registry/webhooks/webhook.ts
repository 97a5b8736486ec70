import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Author } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { Registry } from '../registry.ts';

/** What webhooks can be told. */
export const webhookEvents = [
  'published',
  'check.failed',
  'canary.started',
  'canary.promoted',
  'canary.rolledBack',
] as const;

const webhookSchema = z.object({
  url: z.string(),
  events: z.array(z.string()),
  secret: z.string(),
  createdAt: z.number(),
});

/** Where events are told to whom. */
export interface Webhook extends Readonly<z.output<typeof webhookSchema>> {
  readonly id: string;
}

/** What an admin says of a webhook. */
export interface WebhookRequest extends Pick<Webhook, 'url' | 'events'> {
  /** As the standard has it: `whsec_` and base64; by default one that is made. */
  readonly secret: string | undefined;
}

const kind = 'webhook';
const mostWebhooks = 50;

/** All webhooks. */
export async function listWebhooks({ store }: Pick<Registry, 'store'>): Promise<readonly Webhook[]> {
  const documents = await store.listDocuments(kind);
  return documents.map(({ id, value }) => ({ id, ...webhookSchema.parse(value) }));
}

/**
 * Makes a webhook, or changes it; its secret stays unless another one is given.
 * @throws Refusal `PRIVATE_URL`, or `BAD_REQUEST` when there are too many
 */
export async function saveWebhook(
  registry: Registry,
  author: Author,
  id: string,
  { url, events, secret }: WebhookRequest,
): Promise<{ readonly webhook: Webhook; readonly isNew: boolean }> {
  const { store, now } = registry;
  await registry.assertUrl(url);
  for (;;) {
    const kept = await store.readDocument(kind, id);
    const former = kept && webhookSchema.parse(kept.value);
    if (former === undefined && (await store.listDocuments(kind)).length >= mostWebhooks) {
      throw new Refusal('BAD_REQUEST', `There are ${mostWebhooks} webhooks already. Remove one first.`);
    }
    const value = {
      url,
      events,
      secret: secret ?? former?.secret ?? `whsec_${randomBytes(32).toString('base64')}`,
      createdAt: former?.createdAt ?? now(),
    };
    const saved = await store.saveDocument(
      { kind, id, value, revision: kept?.revision ?? 0 },
      { audit: { at: now(), author, action: 'webhook.save', ref: undefined, details: { webhook: id, url, events } } },
    );
    if (saved) return { webhook: { id, ...value }, isNew: former === undefined };
  }
}

/** @throws Refusal `NOT_FOUND` */
export async function removeWebhook({ store, now }: Registry, author: Author, id: string): Promise<void> {
  for (;;) {
    const kept = await store.readDocument(kind, id);
    if (kept === undefined) throw new Refusal('NOT_FOUND', 'There is no webhook of this id.');
    const removed = await store.saveDocument(
      { kind, id, value: undefined, revision: kept.revision },
      { audit: { at: now(), author, action: 'webhook.remove', ref: undefined, details: { webhook: id } } },
    );
    if (removed) return;
  }
}
