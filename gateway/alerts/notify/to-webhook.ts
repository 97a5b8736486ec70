import { createHash } from 'node:crypto';
import { signWebhook } from '../../../schema/feed/sign-webhook.ts';
import type { AlertEvent } from '../alert.ts';

/** A message as Standard Webhooks has it (https://www.standardwebhooks.com), signed. */
export function toWebhook({ kind, alert, atMs }: AlertEvent, service: string, secret: string) {
  const { key, name, severity, summary, runbook, labels, value, sinceMs } = alert;
  const since = new Date(sinceMs).toISOString();
  const data = { service, name, severity, summary, runbook, labels, value, since };
  const body = JSON.stringify({ type: `alert.${kind}`, timestamp: new Date(atMs).toISOString(), data });
  // The same each time that this message is sent, so that it is taken once.
  const id = `alert_${createHash('sha256').update(`${service} ${key} ${kind} ${sinceMs}`).digest('hex').slice(0, 32)}`;
  return { headers: { ...signWebhook(secret, id, atMs, body) }, body };
}
