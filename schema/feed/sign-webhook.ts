import { createHmac } from 'node:crypto';

/** What is sent to a webhook, beside its body. */
export interface WebhookHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

/** Signs a message as Standard Webhooks has it (https://www.standardwebhooks.com). `at` is in milliseconds since the epoch. */
export function signWebhook(secret: string, id: string, at: number, body: string): WebhookHeaders {
  const timestamp = String(Math.floor(at / 1_000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
