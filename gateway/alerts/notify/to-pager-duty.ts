import { createHash } from 'node:crypto';
import type { AlertEvent } from '../alert.ts';

const longestSummary = 1_024;

/** An event of PagerDuty's Events API v2 (https://developer.pagerduty.com/docs/events-api-v2-overview). */
export function toPagerDuty({ kind, alert, atMs }: AlertEvent, service: string, routingKey: string) {
  const { key, name, severity, summary, runbook, labels, value } = alert;
  // What fires and is over, and fires anew after a restart, is one incident.
  const dedupKey = createHash('sha256').update(`${service} ${key}`).digest('hex');
  const event = { routing_key: routingKey, dedup_key: dedupKey };
  if (kind === 'resolved') return { ...event, event_action: 'resolve' };
  return {
    ...event,
    event_action: 'trigger',
    client: 'Overlock',
    ...(runbook !== undefined && { links: [{ href: runbook, text: 'Runbook' }] }),
    payload: {
      summary: `${name}: ${summary}`.slice(0, longestSummary),
      source: service,
      severity,
      timestamp: new Date(atMs).toISOString(),
      class: name,
      custom_details: { ...labels, ...(value !== undefined && { value }) },
    },
  };
}
