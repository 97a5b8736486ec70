import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createPostman } from '../../../schema/registry/network/post.ts';
import { assertPublicUrl, isPrivateAddress } from '../../../schema/registry/network/public-address.ts';
import type { Registry } from '../../../schema/registry/registry.ts';
import { deliverEvents, type Post } from '../../../schema/registry/webhooks/deliver-events.ts';
import { afterAttempt, listDeliveries, toDelivery } from '../../../schema/registry/webhooks/delivery.ts';
import { production, testTime } from '../../support/registry-samples.ts';
import { users } from '../../support/registry-schemas.ts';
import { openTestRegistry, type TestRegistry } from '../../support/test-registry.ts';

interface Message {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A service that is told of events. */
async function startListener() {
  const messages: Message[] = [];
  let status = 204;
  const server = createServer(async (request, response) => {
    messages.push({ headers: request.headers, body: await text(request) });
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    messages,
    answer(next: number) {
      status = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const soon = { timeout: 10_000, interval: 20 };
const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;

describe('a webhook', () => {
  it('is told, signed, of what it asked for', async () => {
    await using registry = await openTestRegistry();
    await using listener = await startListener();
    const body = { url: listener.url, secret, events: ['published'] };
    expect(await registry.ask('PUT /v1/webhooks/ci', { body })).toMatchObject({
      status: 200,
      body: { id: 'ci', secret },
    });
    await registry.ask('POST /v1/graphs/shop/production/subgraphs/users/check', { body: { ...users, sdl: '' } });
    await registry.ask('PUT /v1/graphs/shop/production/subgraphs/users', { body: { ...users, message: 'Hello' } });
    await vi.waitFor(() => expect(listener.messages).toHaveLength(1), soon);
    const [message] = listener.messages;
    expect(JSON.parse(message?.body ?? '')).toEqual({
      type: 'published',
      timestamp: new Date(testTime).toISOString(),
      data: {
        ref: 'shop@production',
        version: 1,
        cause: { kind: 'publish', subgraph: 'users' },
        fingerprint: expect.any(String),
        message: 'Hello',
        author: expect.any(String),
      },
    });
    const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = message?.headers ?? {};
    expect(Number(timestamp)).toBe(Math.floor(testTime / 1_000));
    const expected = createHmac('sha256', '0123456789abcdef0123456789abcdef').update(
      `${id}.${timestamp}.${message?.body}`,
    );
    expect(signature).toBe(`v1,${expected.digest('base64')}`);
    await vi.waitFor(async () => {
      const { body: told } = await registry.ask('GET /v1/webhooks');
      expect(told).toMatchObject({
        items: [
          {
            id: 'ci',
            deliveries: [{ event: 'published', state: 'delivered', attempts: 1, outcome: 'HTTP status 204' }],
          },
        ],
      });
      expect(JSON.stringify(told)).not.toContain(secret);
    }, soon);
  });

  it('keeps its secret when it is changed, and is told nothing once it is removed', async () => {
    await using registry = await openTestRegistry();
    const put = (body: object) => registry.ask('PUT /v1/webhooks/ci', { body });
    const made = await put({ url: 'http://one.test' });
    expect(made).toMatchObject({
      body: { secret: expect.stringMatching(/^whsec_/), events: expect.arrayContaining(['published']) },
    });
    expect(await put({ url: 'http://two.test', events: ['check.failed'] })).toMatchObject({
      body: { url: 'http://two.test' },
    });
    expect(JSON.stringify((await put({ url: 'http://two.test' })).body)).not.toContain('whsec_');
    expect(await registry.ask('DELETE /v1/webhooks/ci')).toMatchObject({ status: 204 });
    expect(await registry.ask('DELETE /v1/webhooks/ci')).toMatchObject({ status: 404 });
    expect(await registry.ask('GET /v1/webhooks')).toMatchObject({ body: { items: [] } });
    expect(await put({ url: 'http://one.test', secret: 'whsec_short' })).toMatchObject({ status: 400 });
    expect(await put({ url: 'http://one.test', events: ['everything'] })).toMatchObject({ status: 400 });
  });
});

describe('a webhook that cannot be reached', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await openTestRegistry();
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  it('is tried again after growing pauses, each time with the same message', async () => {
    await registry.ask('PUT /v1/webhooks/down', { body: { url: 'http://127.0.0.1:1/hook' } });
    await registry.ask('PUT /v1/graphs/shop/production/subgraphs/users', { body: users });
    const first = async () => (await listDeliveries(registry.store))[0];
    await vi.waitFor(async () => expect(await first()).toMatchObject({ state: 'waiting', attempts: 1 }), soon);
    const sent: string[] = [];
    const post: Post = async (_url, headers, body) => {
      sent.push(`${headers['webhook-id']} ${body}`);
      if (sent.length < 3) throw new Error('It is down.');
      return 200;
    };
    const { store, clock } = registry;
    const log = { info() {}, warn() {}, error() {} };
    const parts: Partial<Registry> = { store, log, now: () => clock.now };
    const deliver = () => deliverEvents(parts as Registry, { post, random: () => 0 }, new AbortController().signal);
    // The registry's own job stays away as long.
    const ran = await store.withLease('webhooks', async () => {
      await deliver();
      expect(sent).toEqual([]);
      for (const [attempts, pause, state] of [
        [2, 10_000, 'waiting'],
        [3, 20_000, 'waiting'],
        [4, 0, 'delivered'],
      ] as const) {
        clock.now = (await first())?.nextAt ?? 0;
        await deliver();
        expect(await first()).toMatchObject({ attempts, state, nextAt: clock.now + pause });
      }
    });
    expect(ran).toBe(true);
    expect(new Set(sent).size).toBe(1);
  });

  it('is given up after a day', () => {
    const event = { id: 7, kind: 'published', ref: production, details: {}, at: 0 };
    let delivery = { ...toDelivery('ci', event), revision: 1 };
    const pauses: number[] = [];
    while (delivery.state === 'waiting') {
      const before = delivery.nextAt;
      delivery = { ...delivery, ...afterAttempt(delivery, { isDelivered: false, outcome: 'no' }, before, 0.5) };
      pauses.push(delivery.nextAt - before);
    }
    expect(delivery).toMatchObject({ state: 'failed', outcome: 'no' });
    expect(pauses[0]).toBe(4_250);
    expect(Math.max(...pauses)).toBe(3_600_000 * 0.85);
    expect(delivery.nextAt).toBeLessThan(86_400_000);
    expect(pauses.length).toBeLessThan(50);
  });
});

describe('private addresses', () => {
  it.each([
    '10.1.2.3',
    '127.0.0.1',
    '169.254.169.254',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:10.0.0.1',
    'fd00::1',
    'fe80::1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    'nonsense',
  ])('hold %s', (address) => expect(isPrivateAddress(address)).toBe(true));

  it.each(['8.8.8.8', '172.32.0.1', '192.0.33.8', '2606:2800:220:1::1', '::ffff:8.8.8.8'])(
    'do not hold %s',
    (address) => expect(isPrivateAddress(address)).toBe(false),
  );

  it('are found behind names and odd spellings', async () => {
    const resolve = async (host: string) => {
      if (host === 'nowhere.test') throw new Error('ENOTFOUND');
      return host === 'mixed.test' ? [{ address: '8.8.8.8' }, { address: '10.0.0.1' }] : [{ address: '8.8.8.8' }];
    };
    await expect(assertPublicUrl('https://public.test/x', resolve)).resolves.toBeUndefined();
    for (const url of [
      'https://mixed.test',
      'http://2130706433/',
      'http://0x7f.1/',
      'http://[::1]:80/',
      'http://nowhere.test',
    ]) {
      await expect(assertPublicUrl(url, resolve), url).rejects.toMatchObject({ code: 'PRIVATE_URL' });
    }
  });

  it('are not sent to, whatever was found before', async () => {
    await using listener = await startListener();
    const headers = { 'webhook-id': 'a', 'webhook-timestamp': '1', 'webhook-signature': 'v1,a' };
    const strict = createPostman(true);
    const lenient = createPostman(false);
    const { signal } = new AbortController();
    await expect(strict.post(listener.url, headers, '{}', signal)).rejects.toThrow('private address');
    await expect(strict.post(listener.url.replace('127.0.0.1', 'localhost'), headers, '{}', signal)).rejects.toThrow();
    expect(listener.messages).toEqual([]);
    expect(await lenient.post(listener.url, headers, '{}', signal)).toBe(204);
    await Promise.all([strict.close(), lenient.close()]);
  });
});
