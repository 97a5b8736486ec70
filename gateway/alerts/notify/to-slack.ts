import type { AlertEvent } from '../alert.ts';

const colors = { critical: '#d1242f', warning: '#bf8700', info: '#0969da' } as const;
const resolvedColor = '#1a7f37';

/** A message for an incoming webhook (https://api.slack.com/messaging/webhooks). */
export function toSlack({ kind, alert }: AlertEvent, service: string) {
  const { name, severity, summary, runbook, labels } = alert;
  const what = kind === 'fired' ? severity.toUpperCase() : 'RESOLVED';
  const title = withoutMarkup(`[${what}] ${name}`);
  const more = Object.entries({ ...labels, service }).map(
    ([label, text]) => `*${withoutMarkup(label)}:* ${withoutMarkup(text)}`,
  );
  const link = runbook === undefined ? [] : [`<${runbook}|Runbook>`];
  return {
    text: `*${title}*`,
    attachments: [
      {
        color: kind === 'fired' ? colors[severity] : resolvedColor,
        fallback: title,
        mrkdwn_in: ['text'],
        text: [withoutMarkup(summary), more.join('  '), ...link].join('\n'),
      },
    ],
  };
}

/** What clients call themselves and their operations is no markup. https://api.slack.com/reference/surfaces/formatting#escaping */
function withoutMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
