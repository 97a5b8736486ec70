import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openRaw } from '../gateway/http/raw-client.ts';
import { readAnswer } from '../support/ask.ts';
import { type Behaviour, eventStream, json, reset, text } from '../support/fake-subgraph.ts';
import { type Federation, startFederation } from '../support/federation.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';

let gateway: Federation<'users' | 'chat'>;
beforeAll(async () => {
  gateway = await startFederation({
    subgraphs: {
      users: {
        sdl: `${link} type Query { me: User } type User @key(fields: "id") { id: ID! name: String }`,
        resolvers: {
          Query: { me: () => ({ id: '1', name: 'Ada' }) },
          User: { name: ({ id }: { id: string }) => (id === '1' ? 'Ada' : 'Bo') },
        },
      },
      chat: {
        sdl: `${link} type Query { rooms: Int } type Subscription { said(room: ID!): Message }
          type Message { text: String! author: User } type User @key(fields: "id") { id: ID! }`,
        resolvers: { Query: { rooms: () => 2 } },
      },
    },
  });
});
afterAll(() => gateway.stop());

/** Sends one event to the subscriber that the chat serves. */
let say: (event: unknown) => void;
/** Writes to that subscriber as it is. */
let write: (chunk: string | Buffer) => void;
let complete: () => void;
let hangUp: () => void;
beforeEach(() => {
  gateway.subgraphs.chat.behave(
    eventStream((send, response) => {
      write = send;
      say = (event) => send(`event: next\ndata: ${JSON.stringify(event)}\n\n`);
      complete = () => response.end('event: complete\ndata: \n\n');
      hangUp = () => response.destroy();
    }),
  );
});

const subscription = 'subscription ($room: ID!) { said(room: $room) { text author { name } } }';
const message = (body: string, id = '1') => ({ data: { said: { text: body, author: { __typename: 'User', id } } } });
const heard = (body: string, name = 'Ada') => ({ data: { said: { text: body, author: { name } } } });

interface Events {
  readonly response: Response;
  /** The next event, or `undefined` at the end of the stream. */
  readonly next: () => Promise<{ readonly event: string | undefined; readonly data: string } | undefined>;
  /** Resolves with the next comment, which clients ignore. */
  readonly comment: () => Promise<void>;
  readonly leave: () => Promise<void>;
}

const open = new Set<Events>();
afterEach(async () => {
  for (const events of open) await events.leave();
  open.clear();
});

async function subscribe(query = subscription, accept = 'text/event-stream'): Promise<Events> {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query, variables: query.includes('$room') ? { room: 'a' } : {} }),
  });
  const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  let received = '';
  const nextBlock = async (): Promise<string | undefined> => {
    while (!received.includes('\n\n')) {
      const { done, value = '' } = await reader.read();
      if (done) return undefined;
      received += value;
    }
    const end = received.indexOf('\n\n');
    const block = received.slice(0, end);
    received = received.slice(end + 2);
    return block;
  };
  const events: Events = {
    response,
    async next() {
      let block = await nextBlock();
      while (block !== undefined && /^(:.*|)$/.test(block)) block = await nextBlock();
      if (block === undefined) return undefined;
      const lines = block.split('\n').filter((line) => !line.startsWith(':'));
      const valuesOf = (name: string) =>
        lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trimStart());
      return { event: valuesOf('event')[0], data: valuesOf('data').join('\n') };
    },
    async comment() {
      for (let block = await nextBlock(); !block?.startsWith(':'); block = await nextBlock()) {
        if (block === undefined) throw new Error('The stream ended without a comment.');
      }
    },
    leave: () => reader.cancel(),
  };
  open.add(events);
  return events;
}

/** From now on, until the test ends, what is done again and again is done only when the test says how time goes by. */
function holdIntervals(): void {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
}

async function expectNext(events: Events, data: unknown): Promise<void> {
  const event = await events.next();
  expect(event?.event).toBe('next');
  expect(JSON.parse(event?.data ?? '')).toEqual(data);
}

async function expectEnd(events: Events): Promise<void> {
  expect(await events.next()).toMatchObject({ event: 'complete' });
  expect(await events.next()).toBeUndefined();
}

/** What clients accept that send the same header with every operation begins with types of whole answers. */
const accepts = ['text/event-stream', 'application/graphql-response+json, application/json, text/event-stream'];

describe('a subscription by server-sent events', () => {
  it.each(accepts)(
    'brings each event with fields of other services, and its end, to who accepts %s',
    async (accept) => {
      // It is open before there is anything to say, and no comment comes that could open it.
      holdIntervals();
      const events = await subscribe(subscription, accept);
      expect(events.response.status).toBe(200);
      expect(events.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
      expect(events.response.headers.get('cache-control')).toMatch(/no-(cache|store)/);
      expect(events.response.headers.has('content-encoding')).toBe(false);
      say(message('Hello.'));
      await expectNext(events, heard('Hello.'));
      say(message('Hi.', '2'));
      await expectNext(events, heard('Hi.', 'Bo'));
      complete();
      await expectEnd(events);
    },
  );

  it('asks other services anew for each event', async () => {
    const { users } = gateway.subgraphs;
    const events = await subscribe();
    for (const name of ['Ada', 'Ada Byron']) {
      users.behave(users.changed(() => ({ data: { _entities: [{ __typename: 'User', name }] } })));
      say(message('Hello.'));
      await expectNext(events, heard('Hello.', name));
    }
    users.behave(users.healthy);
  });

  it('lets no text forge an event, and takes one in several lines and pieces', async () => {
    const events = await subscribe();
    const forged = 'x\n\nevent: complete\ndata: \n\r\n\revent: next\u2028data: {}\n\n';
    say(message(forged));
    await expectNext(events, heard(forged));
    const bytes = Buffer.from('event: next\ndata: {"data":\ndata: {"said":{"text":"Grüße 🙂","author":null}}}\n\n');
    for (const byte of bytes) write(Buffer.from([byte]));
    await expectNext(events, { data: { said: { text: 'Grüße 🙂', author: null } } });
  });

  it('keeps what each event has when another service fails, and hides the texts of errors', async () => {
    const events = await subscribe();
    gateway.subgraphs.users.behave(reset);
    say(message('Hello.'));
    await expectNext(events, {
      data: { said: { text: 'Hello.', author: { name: null } } },
      errors: [
        expect.objectContaining({
          path: ['said', 'author', 'name'],
          extensions: { code: 'SUBGRAPH_UNREACHABLE', subgraph: 'users' },
        }),
      ],
    });
    gateway.subgraphs.users.behave(gateway.subgraphs.users.healthy);
    say({
      data: { said: null },
      errors: [{ message: 'secret at /srv/db.js:1', path: ['said'], extensions: { code: 'DB' } }],
    });
    await expectNext(events, {
      data: { said: null },
      errors: [
        {
          message: 'The subgraph "chat" answered with an error.',
          path: ['said'],
          extensions: { code: 'DB', subgraph: 'chat' },
        },
      ],
    });
    say(message('On.'));
    await expectNext(events, heard('On.'));
  });

  it.each(accepts)('frees what it holds when the client leaves that accepts %s', async (accept) => {
    const { length } = gateway.subgraphs.chat.requests;
    const events = await subscribe(subscription, accept);
    const { abandoned } = await gateway.subgraphs.chat.arrived(length + 1);
    await events.leave();
    await abandoned;
  });

  it.each<[string, () => void]>([
    ['breaks off', () => hangUp()],
    ['brings what is not JSON', () => write('event: next\ndata: secret\n\n')],
    ['brings an event that is no answer', () => write('event: next\ndata: [1]\n\n')],
  ])('says so and ends when the stream of the subgraph %s', async (_name, spoil) => {
    const events = await subscribe();
    say(message('Hello.'));
    await expectNext(events, heard('Hello.'));
    spoil();
    const event = await events.next();
    expect(event?.event).toBe('next');
    expect(event?.data).toMatch(/"code":"SUBGRAPH_(UNREACHABLE|INVALID_RESPONSE)"/);
    expect(event?.data).not.toMatch(/secret|127\.0\.0\.1|ECONN/);
    await expectEnd(events);
  });

  it.each<[string, Behaviour, string]>([
    ['an error', json({ errors: [{ message: 'secret', extensions: { code: 'NO_ROOM' } }] }), 'NO_ROOM'],
    ['status 500', text('secret', { status: 500 }), 'SUBGRAPH_HTTP_ERROR'],
    ['a page', text('<html>secret', { headers: { 'content-type': 'text/html' } }), 'SUBGRAPH_INVALID_RESPONSE'],
    ['nothing', reset, 'SUBGRAPH_UNREACHABLE'],
  ])('says so and ends when the subgraph answers it with %s', async (_name, behaviour, code) => {
    gateway.subgraphs.chat.behave(behaviour);
    const events = await subscribe();
    expect(events.response.status).toBe(200);
    const event = await events.next();
    expect(event?.event).toBe('next');
    expect(JSON.parse(event?.data ?? '').errors).toEqual([
      expect.objectContaining({ extensions: expect.objectContaining({ code }) }),
    ]);
    expect(event?.data).not.toMatch(/secret|127\.0\.0\.1|ECONN/);
    await expectEnd(events);
  });

  it('is streamed to a client of HTTP/1.0 and ends with its connection', async () => {
    const client = await openRaw(gateway.port);
    const body = JSON.stringify({ query: subscription, variables: { room: 'a' } });
    client.send(
      `POST /graphql HTTP/1.0\r\nhost: x\r\ncontent-type: application/json\r\naccept: text/event-stream\r\n` +
        `content-length: ${body.length}\r\n\r\n${body}`,
    );
    await client.until(/\r\n\r\n/);
    say(message('Hello.'));
    await client.until(/"text":"Hello\."/);
    complete();
    const received = await client.untilClosed();
    expect(received).not.toMatch(/transfer-encoding/i);
    expect(received).toMatch(/event: complete/);
  });
});

describe('what is no subscription by server-sent events', () => {
  it.each(['application/json', 'application/graphql-response+json', '*/*'])(
    'is refused where the client takes %s only',
    async (accept) => {
      const { length } = gateway.subgraphs.chat.requests;
      const { response } = await subscribe(subscription, accept);
      expect(response.status).toBe(406);
      expect(gateway.subgraphs.chat.requests.length).toBe(length);
    },
  );

  it('is refused before anything is streamed when the document is wrong', async () => {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream, application/json' },
      body: JSON.stringify({ query: 'subscription { nope }' }),
    });
    const received = response.headers.get('content-type')?.startsWith('text/event-stream')
      ? await response.text()
      : (await readAnswer(response)).text;
    expect(received).toContain('GRAPHQL_VALIDATION_FAILED');
  });

  it('is answered as a stream of one event when it is a query', async () => {
    const events = await subscribe('{ me { name } }');
    await expectNext(events, { data: { me: { name: 'Ada' } } });
    await expectEnd(events);
  });
});

it('keeps a connection alive on which nothing happens', async () => {
  // Where NODE_ENV is "test", as it is here, Yoga sends its comments far more often.
  vi.stubEnv('NODE_ENV', 'production');
  holdIntervals();
  const events = await subscribe();
  vi.unstubAllEnvs();
  await events.comment();
  vi.advanceTimersByTime(15_500);
  await events.comment();
  say(message('Still here.'));
  await expectNext(events, heard('Still here.'));
});
