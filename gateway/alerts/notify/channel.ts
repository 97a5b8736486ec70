import type { NotifyConfig } from '../../config/alerts.ts';
import type { AlertEvent } from '../alert.ts';
import { postJson } from './post-json.ts';
import { runCommand } from './run-command.ts';
import { toPagerDuty } from './to-pager-duty.ts';
import { toSlack } from './to-slack.ts';
import { toWebhook } from './to-webhook.ts';

/** Tells one of those that are to be told. @throws Error with a sentence without secrets, as the URLs of some are */
export type Channel = (event: AlertEvent, signal: AbortSignal) => Promise<void>;

/** Creates it; `service` is what the gateway is called. */
export function createChannel(config: NotifyConfig, service: string): Channel {
  switch (config.kind) {
    case 'webhook':
      return async (event, signal) => {
        const { headers, body } = toWebhook(event, service, config.secret);
        await postJson(config.url, headers, body, signal);
      };
    case 'slack':
      return (event, signal) => postJson(config.url, {}, JSON.stringify(toSlack(event, service)), signal);
    case 'pagerDuty': {
      const { url, routingKey } = config;
      return (event, signal) => postJson(url, {}, JSON.stringify(toPagerDuty(event, service, routingKey)), signal);
    }
    case 'command':
      return (event, signal) => runCommand(config, JSON.stringify({ ...event, service }), signal);
    default:
      return config satisfies never;
  }
}
