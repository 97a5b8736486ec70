import { z } from 'zod';
import type { Terminal } from '../terminal.ts';
import { toLine } from '../to-line.ts';
import { atRegistry } from './at-registry.ts';
import { formatTime } from './format-time.ts';
import { printJson } from './print-json.ts';
import { printList } from './print-list.ts';
import { readAnswer } from './read-answer.ts';
import type { RegistryFlags } from './registry-flags.ts';
import type { WebhookFlags } from './webhooks-command.ts';

const deliveryShape = z.looseObject({
  event: z.string(),
  at: z.number(),
  state: z.string(),
  attempts: z.number(),
  nextAt: z.number(),
  outcome: z.string().optional(),
});
const webhookShape = z.looseObject({
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  deliveries: z.array(deliveryShape).default([]),
});
const savedShape = z.looseObject({ secret: z.string().optional() });

type Delivery = z.output<typeof deliveryShape>;

/** Makes a webhook or changes it, and prints the secret of a new one; resolves to the exit code. */
export function setWebhook(id: string, flags: WebhookFlags, terminal: Terminal): Promise<number> {
  const { url, event: events, secret: given, json } = flags;
  return atRegistry(flags, terminal, async (client) => {
    const answer = await client.ask({ method: 'PUT', path: ['webhooks', id], body: { url, events, secret: given } });
    const { secret } = readAnswer(savedShape, answer);
    if (json === true) {
      printJson(answer, terminal.stdout);
      return;
    }
    const kept = secret === undefined ? '' : ' Keep its secret now: it cannot be printed again.';
    terminal.stderr.write(`Webhook ${id} is told of what happens.${kept}\n`);
    if (secret !== undefined) terminal.stdout.write(`${toLine(secret)}\n`);
  });
}

/** Lists the webhooks; resolves to the exit code. */
export function listWebhooks(flags: RegistryFlags, terminal: Terminal): Promise<number> {
  return atRegistry(flags, terminal, async (client) => {
    const answer = await client.ask({ path: ['webhooks'] });
    const head = ['ID', 'LAST', 'EVENTS', 'URL'];
    printList(answer, { shape: webhookShape, head, toRow, json: flags.json === true }, terminal);
  });
}

/** Lists what a webhook was told of late; resolves to the exit code. */
export function showWebhook(id: string, flags: RegistryFlags, terminal: Terminal): Promise<number> {
  return atRegistry(flags, terminal, async (client) => {
    const { items } = readAnswer(
      z.looseObject({ items: z.array(webhookShape) }),
      await client.ask({ path: ['webhooks'] }),
    );
    const webhook = items.find((one) => one.id === id);
    if (webhook === undefined)
      throw new Error(`There is no webhook ${id}. overlock webhooks list prints all that there are.`);
    if (flags.json === true) {
      printJson(webhook, terminal.stdout);
      return;
    }
    const head = ['WHEN', 'EVENT', 'STATE', 'ATTEMPTS', 'TRIED OR DUE', 'OUTCOME'];
    printList(
      { items: webhook.deliveries },
      { shape: deliveryShape, head, toRow: toDeliveryRow, json: false },
      terminal,
    );
  });
}

/** Removes a webhook; resolves to the exit code. */
export function removeWebhook(id: string, flags: RegistryFlags, terminal: Terminal): Promise<number> {
  return atRegistry(flags, terminal, async (client) => {
    await client.ask({ method: 'DELETE', path: ['webhooks', id] });
    terminal.stderr.write(`Webhook ${id} is removed.\n`);
  });
}

function toRow({ id, url, events, deliveries: [last] }: z.output<typeof webhookShape>): readonly string[] {
  return [id, last === undefined ? '-' : `${last.state} ${formatTime(last.at)}`, events.join(', '), url];
}

function toDeliveryRow({ event, at, state, attempts, nextAt, outcome = '-' }: Delivery): readonly string[] {
  return [formatTime(at), event, state, String(attempts), formatTime(nextAt), outcome];
}
