import { once } from 'node:events';
import { connect } from 'node:net';
import { createClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { exchange } from '../gateway/http/raw-client.ts';
import { type Behaviour, eventStream, hold, json } from '../support/fake-subgraph.ts';
import { type Federation, startFederation } from '../support/federation.ts';
import {
  connectSocket,
  openSocket,
  refusalOf,
  type SocketClient,
  type SocketClientOptions,
} from '../support/socket-client.ts';

let gateway: Federation<'chat'>;
beforeAll(async () => {
  gateway = await startFederation({
    subgraphs: {
      chat: {
        sdl: `type Query { rooms: Int  nothing: Int!  slow: Int }  type Mutation { rename(to: String): String }
          type Subscription { said: String }`,
        resolvers: {
          Query: { rooms: () => 2, nothing: () => null, slow: () => 1 },
          Mutation: { rename: (_: unknown, { to }: { to: string }) => to },
        },
      },
    },
    sections: {
      webSocket: { initTimeout: '1s', maxOperations: 100, maxSockets: 50 },
      listen: { deny: ['192.0.2.1'] },
      identity: { trustedProxies: ['127.0.0.1/32'] },
      cors: { origins: ['https://shop.example.com'] },
      limits: { bodyBytes: '64kb', depth: 3 },
    },
  });
});
afterAll(() => gateway.stop());

/** Sends an event to the subscriber that the chat serves. */
let say: (text: string) => void;
let complete: () => void;
let abandoned: Promise<void>;
const chats: Behaviour = (response, request) => {
  if (!request.body.includes('subscription')) return gateway.subgraphs.chat.healthy(response, request);
  abandoned = request.abandoned;
  eventStream((send) => {
    say = (text) => send(`event: next\ndata: ${JSON.stringify({ data: { said: text } })}\n\n`);
    complete = () => response.end('event: complete\ndata: \n\n');
  })(response, request);
};
beforeEach(() => gateway.subgraphs.chat.behave(chats));

const clients = new Set<SocketClient>();
afterEach(async () => {
  for (const client of clients) {
    client.webSocket.terminate();
    await client.closed;
  }
  clients.clear();
  expect(gateway.lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
});
const keep = (client: SocketClient) => {
  clients.add(client);
  return client;
};
const open = async (options?: SocketClientOptions) => keep(await openSocket(gateway.url, options));
const connected = async (options?: SocketClientOptions) => keep(await connectSocket(gateway.url, undefined, options));

/** Resolves once the chat has one subscriber more. */
async function arrives(subscribe: () => void): Promise<void> {
  const { length } = gateway.subgraphs.chat.requests;
  subscribe();
  await gateway.subgraphs.chat.arrived(length + 1);
}

const subscription = 'subscription { said }';
const soon = { timeout: 10_000 };

describe('a WebSocket', () => {
  it('answers queries, mutations and subscriptions side by side, each in its order', async () => {
    const client = await connected();
    expect(await client.ask('{ rooms }')).toEqual([
      { id: 'asked-1', type: 'next', payload: { data: { rooms: 2 } } },
      { id: 'asked-1', type: 'complete' },
    ]);
    const rename = 'mutation ($to: String) { rename(to: $to) }';
    expect((await client.ask(rename, { variables: { to: 'Attic' } }))[0]?.payload).toEqual({
      data: { rename: 'Attic' },
    });
    await arrives(() => client.subscribe('events', subscription));
    for (const text of ['Hello.', 'x\n\ndata: "}', 'Grüße 🙂']) {
      say(text);
      expect(await client.next()).toEqual({ id: 'events', type: 'next', payload: { data: { said: text } } });
      expect((await client.ask('{ rooms }'))[0]?.payload).toEqual({ data: { rooms: 2 } });
    }
    complete();
    expect(await client.next()).toEqual({ id: 'events', type: 'complete' });
    await arrives(() => client.subscribe('events', subscription));
    say('Again.');
    expect(await client.next()).toMatchObject({ id: 'events', payload: { data: { said: 'Again.' } } });
  });

  it('ends what its client completes, and frees it, without another word', async () => {
    const client = await connected();
    await arrives(() => client.subscribe('1', subscription));
    say('Hello.');
    await client.next();
    const left = abandoned;
    client.send({ id: '1', type: 'complete' });
    await left;
    const held = hold(gateway.subgraphs.chat.healthy);
    gateway.subgraphs.chat.behave(held.behaviour);
    await arrives(() => client.subscribe('1', '{ slow }'));
    client.send({ id: '1', type: 'complete' });
    gateway.subgraphs.chat.behave(chats);
    client.send({ id: 'never heard of', type: 'complete' });
    expect((await client.ask('{ rooms }')).map(({ type }) => type)).toEqual(['next', 'complete']);
    held.release();
  });

  it('frees all that runs on it when its client is gone', async () => {
    const client = await connected();
    await arrives(() => client.subscribe('1', subscription));
    const first = abandoned;
    await arrives(() => client.subscribe('2', subscription));
    client.webSocket.terminate();
    await Promise.all([first, abandoned]);
  });

  it.each<[string, string, string]>([
    ['is no GraphQL', '{', 'GRAPHQL_PARSE_FAILED'],
    ['does not fit the schema', '{ nope }', 'GRAPHQL_VALIDATION_FAILED'],
    ['is nested too deeply', '{ ... { ... { ... { __schema { types { fields { name } } } } } } }', 'MAX_DEPTH_LIMIT'],
  ])('stays open when an operation %s', async (_, query, code) => {
    const client = await connected();
    await arrives(() => client.subscribe('events', subscription));
    const [message, ...others] = await client.ask(query);
    expect(others).toEqual([]);
    expect(message).toEqual({
      id: 'asked-1',
      type: 'error',
      payload: [expect.objectContaining({ message: expect.any(String), extensions: { code } })],
    });
    say('Still here.');
    expect(await client.next()).toMatchObject({ id: 'events', payload: { data: { said: 'Still here.' } } });
  });

  it('answers errors of fields beside the data, and a subscription that the service refuses', async () => {
    const client = await connected();
    gateway.subgraphs.chat.behave(json({ data: { rooms: null }, errors: [{ message: 'secret', path: ['rooms'] }] }));
    expect(await client.ask('{ rooms }')).toMatchObject([
      { type: 'next', payload: { data: { rooms: null }, errors: [{ path: ['rooms'] }] } },
      { type: 'complete' },
    ]);
    gateway.subgraphs.chat.behave(json({ errors: [{ message: 'secret', extensions: { code: 'NO_ROOM' } }] }));
    const refused = await client.ask(subscription);
    expect(refused).toMatchObject([
      { type: 'next', payload: { errors: [{ extensions: { code: 'NO_ROOM' } }] } },
      { type: 'complete' },
    ]);
    expect(JSON.stringify(refused)).not.toContain('secret');
  });

  it('is pinged and pings in both ways, before it is initialised too', async () => {
    const client = await open();
    const payload = { at: 'noon', list: [1] };
    client.send({ type: 'pong', payload });
    client.send({ type: 'ping', payload });
    expect(await client.next()).toEqual({ type: 'pong', payload });
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
    client.webSocket.ping('frame');
    expect((await once(client.webSocket, 'pong')).toString()).toBe('frame');
    await client.init();
    let pongs = 0;
    client.webSocket.on('pong', () => {
      pongs += 1;
    });
    for (let count = 0; count < 5_000; count += 1) client.webSocket.ping();
    expect((await client.ask('{ rooms }'))[0]?.payload).toEqual({ data: { rooms: 2 } });
    expect(pongs).toBe(5_000);
  });

  it('is used by the client that most pages have', async () => {
    const client = createClient({ url: gateway.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
    const results = client.iterate<{ said: string }>({ query: subscription });
    const firsts: unknown[] = [];
    await arrives(() => void results.next().then((result) => firsts.push(result.value)));
    say('Hello.');
    await vi.waitFor(() => expect(firsts).toEqual([{ data: { said: 'Hello.' } }]), soon);
    const answered = client.iterate({ query: '{ rooms }' });
    expect((await answered.next()).value).toEqual({ data: { rooms: 2 } });
    await expect(client.iterate({ query: '{ nope }' }).next()).rejects.toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
    complete();
    expect((await results.next()).done).toBe(true);
    await client.dispose();
  });
});

describe('a WebSocket is closed', () => {
  it.each<[number, string, (client: SocketClient) => unknown]>([
    [4400, 'what is no JSON', (client) => client.send('{')],
    [4400, 'a list', (client) => client.send([{ type: 'ping' }])],
    [4400, 'deep JSON', (client) => client.send('['.repeat(10_000))],
    [4400, 'an unknown type', (client) => client.send({ type: 'start' })],
    [4400, 'a message of servers', (client) => client.send({ type: 'connection_ack' })],
    [4400, 'no type', (client) => client.send({ id: '1' })],
    [4400, 'a payload that is no object', (client) => client.send({ type: 'connection_init', payload: 'x' })],
    [4401, 'an operation before connection_ack', (client) => client.subscribe('1', '{ rooms }')],
    [4408, 'nothing for too long', () => {}],
    [1003, 'a binary message', (client) => client.webSocket.send(Buffer.from('{"type":"ping"}'))],
    [1009, 'a message that is too large', (client) => client.send(' '.repeat(65_537))],
  ])('with %d for %s', async (code, _, spoil) => {
    const client = await open();
    spoil(client);
    expect((await client.closed).code).toBe(code);
  });

  it.each<[number, string, (client: SocketClient) => unknown]>([
    [4429, 'a second connection_init', (client) => client.send({ type: 'connection_init' })],
    [
      4400,
      'an operation without an id',
      (client) => client.send({ type: 'subscribe', payload: { query: '{ rooms }' } }),
    ],
    [4400, 'an empty id', (client) => client.subscribe('', '{ rooms }')],
    [4400, 'a long id', (client) => client.subscribe('x'.repeat(129), '{ rooms }')],
    [4400, 'an operation without a payload', (client) => client.send({ type: 'subscribe', id: '1' })],
    [
      4400,
      'a document that is no text',
      (client) => client.send({ type: 'subscribe', id: '1', payload: { query: 1 } }),
    ],
    [4400, 'variables that are a list', (client) => client.subscribe('1', '{ rooms }', { variables: [] })],
  ])('with %d for %s', async (code, _, spoil) => {
    const client = await connected();
    spoil(client);
    expect((await client.closed).code).toBe(code);
  });

  it('with 4409 for the id of an operation that runs', async () => {
    const client = await connected();
    await arrives(() => client.subscribe('1', subscription));
    client.subscribe('1', '{ rooms }');
    expect(await client.closed).toEqual({ code: 4409, reason: 'Subscriber for 1 already exists' });
    await abandoned;
  });

  it('with 4406 when its protocol is none, and is not opened for an unknown one', async () => {
    const client = await open({ protocols: [] });
    expect((await client.closed).code).toBe(4406);
    await expect(open({ protocols: ['graphql-ws'] })).rejects.toThrow(/subprotocol/);
    const both = await connected({ protocols: ['graphql-ws', 'graphql-transport-ws'] });
    expect(both.webSocket.protocol).toBe('graphql-transport-ws');
  });

  /** Frames as no client would send them, after a handshake. */
  const frames: readonly (readonly [number, string, Buffer])[] = [
    [1002, 'unmasked', Buffer.from([0x81, 0x02, 0x7b, 0x7d])],
    [1002, 'of a reserved kind', Buffer.from([0x83, 0x80, 0, 0, 0, 0])],
    [1002, 'a long ping', Buffer.from([0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0])],
    [1002, 'compressed', Buffer.from([0xc1, 0x80, 0, 0, 0, 0])],
    [1002, 'garbage', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    [1007, 'no UTF-8', Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28])],
    [1009, 'of 2^60 bytes', Buffer.from([0x81, 0xff, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
  ];
  it.each(frames)('with %d for a frame that is %s', async (code, _, frame) => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write(
      'GET /graphql HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n' +
        'Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n',
    );
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (chunks.length === 1) socket.write(frame);
    });
    await once(socket, 'close');
    const received = Buffer.concat(chunks);
    expect(received.toString()).not.toContain('permessage-deflate');
    const close = received.subarray(received.indexOf('\r\n\r\n') + 4);
    expect([close[0], close.readUInt16BE(2)]).toEqual([0x88, code]);
  });
});

describe('a request for a WebSocket is refused', () => {
  it.each<[number, string, SocketClientOptions, string?]>([
    [403, 'from a page of another site', { origin: 'https://evil.example' }],
    [403, 'from a page in a sandbox', { origin: 'null' }],
    [403, 'that its browser calls foreign', { headers: { 'sec-fetch-site': 'cross-site' } }],
    [403, 'from an address that is denied', { headers: { 'x-forwarded-for': '192.0.2.1' } }],
    [404, 'at another path', {}, '/other'],
    [431, 'with large headers', { headers: { 'x-large': 'x'.repeat(16_384) } }],
    [414, 'with a long URL', {}, `/graphql?${'x'.repeat(16_384)}`],
  ])('with %d %s', async (status, _, options, path = '/graphql') => {
    const refused = await refusalOf(`${gateway.origin}${path}`, options);
    expect(refused.status).toBe(status);
    expect(JSON.parse(refused.text).errors).toEqual([
      { message: expect.any(String), extensions: { code: expect.any(String) } },
    ]);
    expect(refused.headers['x-request-id']).toBeDefined();
  });

  it.each<SocketClientOptions>([
    { origin: 'https://shop.example.com' },
    { headers: { 'sec-fetch-site': 'same-origin', origin: 'https://proxied.example' } },
    {},
  ])('not from pages that may read answers: %j', async (options) => {
    const own = await connected({ origin: gateway.origin });
    const client = await connected(options);
    for (const one of [own, client]) expect((await one.ask('{ rooms }'))[0]?.type).toBe('next');
  });

  it('when it is no handshake', async () => {
    const head = 'GET /graphql HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
    for (const more of ['', 'Sec-WebSocket-Version: 13\r\n', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n']) {
      const received = await exchange(gateway.port, `${head}${more}\r\n`);
      expect(received).toMatch(/^HTTP\/1\.1 400 /);
      expect(received).toMatch(/sec-websocket-version: 13\r\n.*"code":"BAD_REQUEST"/s);
    }
    expect(await exchange(gateway.port, `${head.replace('GET', 'POST')}\r\n`)).toMatch(/^HTTP\/1\.1 405 /);
  });

  it('when there are too many', async () => {
    const all: SocketClient[] = [];
    // That others are gone the gateway may hear a little later.
    while (all.length < 50) all.push(await vi.waitFor(() => connected(), soon));
    const { status, text, headers } = await refusalOf(gateway.url);
    expect([status, headers['retry-after']]).toEqual([503, '1']);
    expect(text).toContain('OVERLOADED');
    await all[0]?.close();
    await vi.waitFor(() => connected(), soon);
  });
});

it('runs no more than so many operations at a time on one WebSocket', async () => {
  const client = await connected();
  for (let count = 0; count < 100; count += 1) client.subscribe(`s${count}`, subscription);
  client.subscribe('one more', subscription);
  expect(await client.next()).toMatchObject({
    id: 'one more',
    type: 'error',
    payload: [{ extensions: { code: 'OVERLOADED' } }],
  });
  client.send({ id: 's0', type: 'complete' });
  expect((await client.ask('{ rooms }'))[0]?.type).toBe('next');
});

it('takes a request that offers another protocol for one like any other', async () => {
  const body = '{"query":"{ rooms }"}';
  const received = await exchange(
    gateway.port,
    `POST /graphql HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  expect(received).toContain('{"data":{"rooms":2}}');
});
