import { z } from 'zod';
import { printGraphRef } from '../../feed/graph-ref.ts';
import type { RegistryStore, StoreEvent } from '../store/registry-store.ts';

const deliverySchema = z.object({
  webhook: z.string(),
  /** Of the message: the same whenever it is sent. */
  message: z.string(),
  event: z.string(),
  /** When it happened, in milliseconds since the epoch. */
  at: z.number(),
  body: z.string(),
  state: z.enum(['waiting', 'delivered', 'failed']),
  attempts: z.number(),
  /** When it is tried again, or was tried last. */
  nextAt: z.number(),
  /** Of the last attempt: an HTTP status, or why there was none. */
  outcome: z.string().optional(),
});

/** One event on its way to one webhook. */
export type Delivery = Readonly<z.output<typeof deliverySchema>>;

/** As it is kept. */
export interface KeptDelivery extends Delivery {
  readonly id: string;
  readonly revision: number;
}

const kind = 'webhook-delivery';

/** The first attempt comes at once, each further one after twice the pause, with so much of it left to chance. */
const firstPauseMs = 5_000;
const longestPauseMs = 3_600_000;
const chance = 0.3;

/** After a day nobody waits for it any more. */
const patienceMs = 86_400_000;

/** Makes the delivery of an event; its id is the same whenever it is made. */
export function toDelivery(
  webhook: string,
  { id, kind: event, ref, details, at }: StoreEvent & { readonly id: number; readonly at: number },
): Omit<KeptDelivery, 'revision'> {
  const data = { ref: printGraphRef(ref), ...details };
  const body = JSON.stringify({ type: event, timestamp: new Date(at).toISOString(), data });
  const message = `evt_${id}`;
  return { id: `${message}-${webhook}`, webhook, message, event, at, body, state: 'waiting', attempts: 0, nextAt: at };
}

/** A delivery after an attempt. `random` is from 0 to 1. */
export function afterAttempt(
  delivery: Delivery,
  { isDelivered, outcome }: { readonly isDelivered: boolean; readonly outcome: string },
  now: number,
  random: number,
): Delivery {
  const attempts = delivery.attempts + 1;
  const tried = { ...delivery, attempts, outcome, nextAt: now };
  if (isDelivered) return { ...tried, state: 'delivered' };
  const pause = Math.min(firstPauseMs * 2 ** delivery.attempts, longestPauseMs) * (1 - chance * random);
  if (now + pause - delivery.at > patienceMs) return { ...tried, state: 'failed' };
  return { ...tried, nextAt: now + pause };
}

/** All deliveries that are kept, oldest first. */
export async function listDeliveries(store: Pick<RegistryStore, 'listDocuments'>): Promise<readonly KeptDelivery[]> {
  const documents = await store.listDocuments(kind);
  return documents
    .map(({ id, revision, value }) => ({ id, revision, ...deliverySchema.parse(value) }))
    .sort((a, b) => a.at - b.at);
}

/** Keeps a delivery, in place of the one of this revision; resolves with whether that was the latest. */
export async function keepDelivery(
  store: Pick<RegistryStore, 'saveDocument'>,
  { id, revision, ...value }: KeptDelivery,
): Promise<boolean> {
  return await store.saveDocument({ kind, id, value, revision });
}

/** Throws a delivery away. */
export async function removeDelivery(
  store: Pick<RegistryStore, 'saveDocument'>,
  { id, revision }: Pick<KeptDelivery, 'id' | 'revision'>,
): Promise<void> {
  await store.saveDocument({ kind, id, value: undefined, revision });
}
