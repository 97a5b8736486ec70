import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AlertEvent } from '../../../../gateway/alerts/alert.ts';
import { createNotifier, type Notifier } from '../../../../gateway/alerts/notify/notifier.ts';
import { alertsSection } from '../../../../gateway/config/alerts.ts';
import { createRecordingLogger } from '../../../support/recording-logger.ts';
import { createTemporaryFolder } from '../../../support/temporary-folder.ts';

const soon = { timeout: 5_000, interval: 5 };
const alert = {
  key: '["errors","client","web"]',
  name: 'errors',
  severity: 'critical',
  summary: 'More than 5% of <all> requests fail.',
  runbook: 'https://docs.test/errors',
  labels: { client: '<!channel> & co' },
  value: 0.25,
  state: 'firing',
  sinceMs: 1_800_000_000_000,
} as const;
const fired: AlertEvent = { kind: 'fired', alert, atMs: 1_800_000_060_000 };
const resolved: AlertEvent = { kind: 'resolved', alert, atMs: 1_800_000_600_000 };

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A place to send to that answers with these statuses, the last one again and again. */
async function listen(...statuses: number[]) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const parts = await request.toArray();
    received.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
    response.writeHead(statuses.length > 1 ? (statuses.shift() ?? 200) : (statuses[0] ?? 200)).end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(async () => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : '';
  return { url: `http://127.0.0.1:${port}/T0/secret-path`, received };
}

function create(...notify: readonly object[]) {
  const { log, lines } = createRecordingLogger();
  const outcomes: string[] = [];
  const notifier: Notifier = createNotifier({
    notify: alertsSection.parse({ notify }).notify,
    service: 'shop',
    log,
    onTold: (channel, outcome) => outcomes.push(`${channel} ${outcome}`),
    random: () => 0.5,
    firstPauseMs: 1,
  });
  endings.push(notifier.close);
  return { notifier, lines, outcomes };
}

describe('who is told of alerts', () => {
  it('gets JSON that is signed, with an id that is the same for the same message', async () => {
    const { url, received } = await listen(500, 200);
    const secret = `whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`;
    const { notifier, outcomes } = create({ kind: 'webhook', url, secret });
    notifier.tell(fired);
    await vi.waitFor(() => expect(outcomes).toEqual(['webhook told']), soon);
    const [first, second] = received;
    expect(first?.headers['webhook-id']).toBe(second?.headers['webhook-id']);
    const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = second?.headers ?? {};
    const expected = createHmac('sha256', 'a secret of at least 24 bytes').update(`${id}.${timestamp}.${second?.body}`);
    expect(signature).toBe(`v1,${expected.digest('base64')}`);
    expect(JSON.parse(second?.body ?? '')).toEqual({
      type: 'alert.fired',
      timestamp: '2027-01-15T08:01:00.000Z',
      data: {
        service: 'shop',
        name: 'errors',
        severity: 'critical',
        summary: alert.summary,
        runbook: alert.runbook,
        labels: alert.labels,
        value: 0.25,
        since: '2027-01-15T08:00:00.000Z',
      },
    });
  });

  it('gets a message of Slack in which nothing of clients is markup', async () => {
    const { url, received } = await listen(200);
    const { notifier, outcomes } = create({ kind: 'slack', url });
    notifier.tell(fired);
    notifier.tell(resolved);
    await vi.waitFor(() => expect(outcomes).toEqual(['slack told', 'slack told']), soon);
    const [message, over] = received.map(({ body }) => JSON.parse(body));
    expect(message).toMatchObject({ text: '*[CRITICAL] errors*', attachments: [{ color: '#d1242f' }] });
    const [{ text }] = message.attachments;
    expect(text).toContain('More than 5% of &lt;all&gt; requests fail.');
    expect(text).toContain('*client:* &lt;!channel&gt; &amp; co  *service:* shop');
    expect(text).toContain('<https://docs.test/errors|Runbook>');
    expect(over).toMatchObject({ text: '*[RESOLVED] errors*', attachments: [{ color: '#1a7f37' }] });
  });

  it('gets events of PagerDuty, one incident for what fires and is over', async () => {
    const { url, received } = await listen(202);
    const { notifier, outcomes } = create({ kind: 'pagerDuty', url, routingKey: 'R'.repeat(32) });
    notifier.tell(fired);
    notifier.tell(resolved);
    await vi.waitFor(() => expect(outcomes).toEqual(['pagerDuty told', 'pagerDuty told']), soon);
    const [trigger, resolve] = received.map(({ body }) => JSON.parse(body));
    expect(trigger).toEqual({
      routing_key: 'R'.repeat(32),
      dedup_key: expect.stringMatching(/^[0-9a-f]{64}$/),
      event_action: 'trigger',
      client: 'Overlock',
      links: [{ href: alert.runbook, text: 'Runbook' }],
      payload: {
        summary: `errors: ${alert.summary}`,
        source: 'shop',
        severity: 'critical',
        timestamp: '2027-01-15T08:01:00.000Z',
        class: 'errors',
        custom_details: { ...alert.labels, value: 0.25 },
      },
    });
    expect(resolve).toEqual({
      routing_key: trigger.routing_key,
      dedup_key: trigger.dedup_key,
      event_action: 'resolve',
    });
  });

  it('is a program that gets JSON, and no shell', async () => {
    const folder = await createTemporaryFolder();
    endings.push(folder.remove);
    const file = `${folder.path}/$(id) 'told'.json`;
    const { notifier, outcomes } = create({ kind: 'command', run: ['tee', file] });
    notifier.tell(fired);
    await vi.waitFor(() => expect(outcomes).toEqual(['command told']), soon);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      kind: 'fired',
      service: 'shop',
      alert: { name: 'errors' },
    });
  });

  it.each([
    ['fails', ['false'], 'The command ended with 1.'],
    ['takes too long', ['sleep', '60'], 'The command took too long.'],
    ['is not there', ['/nowhere/program'], 'The command could not be run: spawn /nowhere/program ENOENT.'],
  ])('is given up after some attempts when a program %s', async (_what, run, reason) => {
    const { notifier, outcomes, lines } = create({ kind: 'command', run, timeout: '300ms' });
    notifier.tell(fired);
    await vi.waitFor(() => expect(outcomes).toEqual(['command lost']), soon);
    expect(lines).toEqual([
      {
        level: 'error',
        message: 'Nobody was told of an alert.',
        fields: { channel: 'command', alert: 'errors', event: 'fired', reason },
      },
    ]);
  });

  it('is not named by its URL when it cannot be told', async () => {
    const { url, received } = await listen(404);
    const { notifier, outcomes, lines } = create(
      { kind: 'slack', url },
      { kind: 'slack', url: 'http://127.0.0.1:9/T0/secret-path' },
    );
    notifier.tell(fired);
    await vi.waitFor(() => expect(outcomes).toEqual(['slack lost', 'slack lost']), soon);
    expect(received).toHaveLength(5);
    expect(lines.map(({ fields }) => fields['reason']).sort()).toEqual([
      'It could not be reached (ECONNREFUSED).',
      'It was answered with HTTP status 404.',
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret-path');
  });

  it('is told only of what it asks for', async () => {
    const { url, received } = await listen(200);
    const { notifier, outcomes } = create({ kind: 'slack', url, only: ['warning'] }, { kind: 'slack', url });
    notifier.tell(fired);
    await vi.waitFor(() => expect(outcomes).toEqual(['slack told']), soon);
    expect(received).toHaveLength(1);
  });

  it('holds up nobody else, nor the end, and at most 200 messages wait', async () => {
    const told: string[] = [];
    const { log } = createRecordingLogger();
    const lost: string[] = [];
    const { notify } = alertsSection.parse({
      notify: [
        { kind: 'slack', url: 'http://slow.test' },
        { kind: 'slack', url: 'http://quick.test' },
      ],
    });
    const stuck = (_event: AlertEvent, signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const notifier = createNotifier({
      notify,
      service: 'shop',
      log,
      onTold: (_channel, outcome) => lost.push(outcome),
      random: () => 0,
      channelOf: ({ kind, ...rest }) =>
        'url' in rest && rest.url.includes('slow') ? stuck : async () => void told.push(kind),
    });
    for (let index = 0; index < 300; index += 1) notifier.tell(fired);
    await vi.waitFor(() => expect(told.length).toBeGreaterThanOrEqual(200), soon);
    expect(lost.filter((outcome) => outcome === 'lost').length).toBeGreaterThanOrEqual(99);
    await notifier.close();
  });
});
