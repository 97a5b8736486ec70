import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toErrorLines } from '../support/ask.ts';
import {
  type Behaviour,
  flood,
  gzipBomb,
  json,
  raw,
  reset,
  stall,
  startFakeSubgraph,
  text,
  trickle,
  truncate,
} from '../support/fake-subgraph.ts';
import { type Federation, startFederation } from '../support/federation.ts';

const megabyte = 1024 ** 2;
const timeoutMs = 400;

const users = [
  { __typename: 'User', id: '1', name: 'Ada' },
  { __typename: 'User', id: '2', name: 'Bo' },
];

let gateway: Federation<'users' | 'reviews'>;
beforeAll(async () => {
  gateway = await startFederation({
    subgraphs: {
      users: {
        sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
          type Query { me: User users: [User!] }
          type User @key(fields: "id") { id: ID! name: String! }`,
        resolvers: { Query: { me: () => users[0], users: () => users } },
      },
      reviews: {
        sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
          scalar JSON
          union Any = User | Review
          type Query { latest: Review json: JSON any: Any }
          type Mutation { add: Review }
          type User @key(fields: "id") { id: ID! karma: Int reviews: [Review!] }
          type Review { stars: Int! body: String author: User }`,
        resolvers: {
          Query: { latest: () => ({ stars: 4, body: 'Fine.', author: { id: '2' } }) },
          Mutation: { add: () => ({ stars: 5 }) },
          User: { karma: ({ id }: { id: string }) => Number(id) * 10, reviews: () => [{ stars: 3 }, { stars: 5 }] },
        },
      },
    },
    // What fails here so often is to be asked again each time.
    sections: { traffic: { all: { timeout: `${timeoutMs}ms`, responseBytes: '1mb', breaker: false } } },
  });
});
afterAll(() => gateway.stop());
beforeEach(() => {
  gateway.subgraphs.reviews.behave(gateway.subgraphs.reviews.healthy);
});

const query = '{ me { name karma } latest { stars } users { reviews { stars } id } }';
const whole = {
  me: { name: 'Ada', karma: 10 },
  latest: { stars: 4 },
  users: users.map(({ id }) => ({ reviews: [{ stars: 3 }, { stars: 5 }], id })),
};
const healthyPart = {
  me: { name: 'Ada', karma: null },
  latest: null,
  users: users.map(({ id }) => ({ reviews: null, id })),
};
const places = ['latest', 'me.karma', 'users.0.reviews', 'users.1.reviews'];

async function expectRecovery(): Promise<void> {
  gateway.subgraphs.reviews.behave(gateway.subgraphs.reviews.healthy);
  const { data, errors } = await gateway.ask(query);
  expect({ data, errors }).toEqual({ data: whole, errors: [] });
}

const leaks = /127\.0\.0\.1|localhost|node_modules|\/srv\/|\.js:|ECONN|secret|<html/i;

const proto = (members: string) =>
  text(`{"data":{"__proto__":{"polluted":1}},${members}}`, { headers: { 'content-type': 'application/json' } });

describe('a subgraph that does not answer', () => {
  const sick: Readonly<Record<string, readonly [behaviour: Behaviour, code: string]>> = {
    'status 500': [text('secret', { status: 500 }), 'SUBGRAPH_HTTP_ERROR'],
    'status 500 and GraphQL errors': [
      json({ errors: [{ message: 'secret' }] }, { status: 500 }),
      'SUBGRAPH_HTTP_ERROR',
    ],
    'status 400 and GraphQL errors': [json({ errors: [{ message: 'secret' }] }, { status: 400 }), 'SUBGRAPH_ERROR'],
    'status 429': [text('secret', { status: 429 }), 'SUBGRAPH_HTTP_ERROR'],
    'a page of HTML with status 502': [
      text('<html>secret', { status: 502, headers: { 'content-type': 'text/html' } }),
      'SUBGRAPH_HTTP_ERROR',
    ],
    'a page of HTML': [text('<html>secret', { headers: { 'content-type': 'text/html' } }), 'SUBGRAPH_INVALID_RESPONSE'],
    'JSON that is cut off': [text('{"data":{"latest":'), 'SUBGRAPH_INVALID_RESPONSE'],
    nothing: [text(''), 'SUBGRAPH_INVALID_RESPONSE'],
    null: [text('null'), 'SUBGRAPH_INVALID_RESPONSE'],
    'an empty object': [json({}), 'SUBGRAPH_INVALID_RESPONSE'],
    'a list': [json([{ data: {} }]), 'SUBGRAPH_INVALID_RESPONSE'],
    'data that is a string': [json({ data: 'secret' }), 'SUBGRAPH_INVALID_RESPONSE'],
    'errors that are none': [json({ data: {}, errors: 'secret' }), 'SUBGRAPH_INVALID_RESPONSE'],
    '__proto__ as its only data and broken errors': [proto('"errors":{"__proto__":1}'), 'SUBGRAPH_INVALID_RESPONSE'],
    'a connection that is reset': [reset, 'SUBGRAPH_UNREACHABLE'],
    'a connection that breaks off': [truncate, 'SUBGRAPH_INVALID_RESPONSE'],
    'what is not HTTP': [raw('secret\r\n\r\n'), 'SUBGRAPH_INVALID_RESPONSE'],
    'a length that is too short': [
      raw('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{"data":{}}'),
      'SUBGRAPH_INVALID_RESPONSE',
    ],
    'a length that is too long': [
      raw('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{"data":{}}'),
      'SUBGRAPH_INVALID_RESPONSE',
    ],
    silence: [stall, 'SUBGRAPH_TIMEOUT'],
    'a byte now and then': [trickle, 'SUBGRAPH_TIMEOUT'],
    'a body without end': [flood, 'SUBGRAPH_INVALID_RESPONSE'],
    'a gzip bomb': [gzipBomb(200 * megabyte), 'SUBGRAPH_INVALID_RESPONSE'],
    'JSON 200,000 deep': [
      text(`{"data":{"latest":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`),
      'SUBGRAPH_INVALID_RESPONSE',
    ],
  };

  it.each(Object.entries(sick))('loses its part and no other: %s', async (_name, [behaviour, code]) => {
    const rssBefore = process.memoryUsage.rss();
    gateway.subgraphs.reviews.behave(behaviour);
    const startedAt = performance.now();
    const answer = await gateway.ask(query);
    const ms = performance.now() - startedAt;
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual(healthyPart);
    expect(toErrorLines(answer).toSorted()).toEqual(places.map((place) => `${code} ${place}`));
    for (const { message, extensions } of answer.errors) {
      expect(message).toMatch(/^The subgraph "reviews" [\w ]+\.$/);
      expect(extensions['subgraph']).toBe('reviews');
    }
    expect(answer.text).not.toMatch(leaks);
    expect(ms).toBeLessThan(timeoutMs + 1_000);
    expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(150 * megabyte);
    await expectRecovery();
  });

  it('is not followed to where it redirects', async () => {
    const elsewhere = await startFakeSubgraph();
    gateway.subgraphs.reviews.behave(text('', { status: 307, headers: { location: elsewhere.url } }));
    const answer = await gateway.ask('{ latest { stars } me { id } }');
    expect(answer.data).toEqual({ latest: null, me: { id: '1' } });
    expect(toErrorLines(answer)).toEqual(['SUBGRAPH_HTTP_ERROR latest']);
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
    await expectRecovery();
  });

  it('takes along none who ask the same later', async () => {
    const { reviews } = gateway.subgraphs;
    const { length } = reviews.requests;
    reviews.behave(stall);
    const stalled = gateway.ask('{ latest { stars } }');
    await reviews.arrived(length + 1);
    reviews.behave(reviews.healthy);
    let asked = 0;
    let current = gateway.ask('{ latest { stars } }');
    const later = [current];
    // Those who ask within half of the timeout may still wait for the first call.
    while (reviews.requests.length === length + 1) {
      asked += 1;
      expect(asked).toBeLessThan(timeoutMs / 20);
      await delay(20);
      current = gateway.ask('{ latest { stars } }');
      later.push(current);
    }
    expect((await current).data).toEqual({ latest: { stars: 4 } });
    expect(toErrorLines(await stalled)).toEqual(['SUBGRAPH_TIMEOUT latest']);
    await Promise.all(later);
  });
});

describe('a subgraph that answers what was not asked', () => {
  type Entity = Record<string, unknown> | null;
  /** Answers as it should, but for the list of entities. */
  const changed =
    (change: (entities: Entity[]) => unknown): Behaviour =>
    (response, request) => {
      const behaviour = gateway.subgraphs.reviews.changed(({ data }) => {
        const members = Object.entries(data as Record<string, unknown>).map(([key, value]) => [
          key,
          key.endsWith('_entities') ? change(value as Entity[]) : value,
        ]);
        return { data: Object.fromEntries(members) };
      });
      behaviour(response, request);
    };

  const all = '{ users { id karma reviews { stars } } }';
  const ada = { id: '1', karma: 10, reviews: [{ stars: 3 }, { stars: 5 }] };
  const bo = { id: '2', karma: 20, reviews: [{ stars: 3 }, { stars: 5 }] };
  const lost = { karma: null, reviews: null };
  const bothLost = ['users.0.karma', 'users.0.reviews', 'users.1.karma', 'users.1.reviews'];
  const adaLost = ['users.0.karma', 'users.0.reviews'];
  const withAda = (members: object) => (entities: Entity[]) => [{ ...entities[0], ...members }, ...entities.slice(1)];

  const wrong: Readonly<
    Record<
      string,
      readonly [change: (entities: Entity[]) => unknown, data: readonly unknown[], places: readonly string[]]
    >
  > = {
    'one entity too many': [
      (entities) => [...entities, ...entities],
      [
        { ...ada, ...lost },
        { ...bo, ...lost },
      ],
      bothLost,
    ],
    'one entity too few': [
      (entities) => entities.slice(1),
      [
        { ...ada, ...lost },
        { ...bo, ...lost },
      ],
      bothLost,
    ],
    'no entities and no error': [
      () => null,
      [
        { ...ada, ...lost },
        { ...bo, ...lost },
      ],
      bothLost,
    ],
    'an object for the list': [
      (entities) => entities[0],
      [
        { ...ada, ...lost },
        { ...bo, ...lost },
      ],
      bothLost,
    ],
    'a wrong type name': [withAda({ __typename: 'Query' }), [{ ...ada, ...lost }, bo], adaLost],
    'a type that there is not': [withAda({ __typename: 'constructor' }), [{ ...ada, ...lost }, bo], adaLost],
    'a text for an entity': [([, ...rest]) => ['secret' as never, ...rest], [{ ...ada, ...lost }, bo], adaLost],
    'a text for an Int': [withAda({ karma: 'secret' }), [{ ...ada, karma: null }, bo], ['users.0.karma']],
    'an object for an Int': [withAda({ karma: { secret: 1 } }), [{ ...ada, karma: null }, bo], ['users.0.karma']],
    'an object for a list': [withAda({ reviews: { stars: 1 } }), [{ ...ada, reviews: null }, bo], ['users.0.reviews']],
    'a text for a list': [withAda({ reviews: 'secret' }), [{ ...ada, reviews: null }, bo], ['users.0.reviews']],
    'null for what cannot be null': [
      withAda({ reviews: [{ stars: 3 }, { stars: null }] }),
      [{ ...ada, reviews: null }, bo],
      ['users.0.reviews.1.stars'],
    ],
    'null for an item that cannot be null': [
      withAda({ reviews: [{ stars: 3 }, null] }),
      [{ ...ada, reviews: null }, bo],
      ['users.0.reviews.1'],
    ],
    'a field left out that cannot be null': [
      withAda({ reviews: [{ stars: 3 }, {}] }),
      [{ ...ada, reviews: null }, bo],
      ['users.0.reviews.1.stars'],
    ],
    '__proto__ beside the fields': [
      ([first, ...rest]) => [JSON.parse(`{"__proto__":{"karma":666},${JSON.stringify(first).slice(1)}`), ...rest],
      [ada, bo],
      [],
    ],
  };

  it.each(Object.entries(wrong))('gives nothing for %s', async (_name, [change, data, errorPlaces]) => {
    gateway.subgraphs.reviews.behave(changed(change));
    const answer = await gateway.ask(all);
    expect(answer.data).toEqual({ users: data });
    expect(toErrorLines(answer).toSorted()).toEqual(errorPlaces.map((place) => `SUBGRAPH_INVALID_RESPONSE ${place}`));
    expect(answer.text).not.toMatch(leaks);
    await expectRecovery();
  });

  it('gives nothing and no error where the entity is null', async () => {
    gateway.subgraphs.reviews.behave(changed(([, ...rest]) => [null, ...rest]));
    const { data, errors } = await gateway.ask(all);
    expect({ data, errors }).toEqual({ data: { users: [{ ...ada, ...lost }, bo] }, errors: [] });
  });

  it.each([5_000, 100_000])('gives no value that is nested %i deep, and all others', async (depth) => {
    const value = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    gateway.subgraphs.reviews.behave(text(`{"data":{"json":${value}}}`));
    const answer = await gateway.ask('{ json me { name } }');
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ json: null, me: { name: 'Ada' } });
    expect(toErrorLines(answer)).toEqual(['SUBGRAPH_INVALID_RESPONSE json']);
    await expectRecovery();
  });

  it.each([undefined, 'Nope', 'Query', '__proto__', 'constructor', 5, {}])(
    'gives nothing for a union whose type name is %j',
    async (__typename) => {
      gateway.subgraphs.reviews.behave(json({ data: { any: { __typename, stars: 1 } } }));
      const answer = await gateway.ask('{ any { __typename ... on Review { stars } } me { name } }');
      expect(answer.data).toEqual({ any: null, me: { name: 'Ada' } });
      expect(toErrorLines(answer)).toEqual(['SUBGRAPH_INVALID_RESPONSE any']);
    },
  );

  it.each(['a path', 'no path', 'a wrong path'])('keeps an error with %s, whatever data came with it', async (kind) => {
    const path = { 'a path': ['latest', 'body'], 'a wrong path': ['nope', -1] }[kind];
    const errors = [{ message: 'secret', path, extensions: { code: 'LATE' } }];
    gateway.subgraphs.reviews.behave(json({ data: { latest: { stars: 4, body: null } }, errors }));
    const { data, errors: answered } = await gateway.ask('{ latest { stars body } }');
    expect(data).toEqual({ latest: { stars: 4, body: null } });
    expect(answered.map(({ extensions }) => extensions['code'])).toEqual(['LATE']);
  });

  it('hides the text of its errors, keeps their codes and does not choose the status', async () => {
    const error = {
      message: 'connect ECONNREFUSED 10.0.0.1:5432 at /srv/app/secret.js:1:1',
      path: ['latest'],
      extensions: { code: 'DB_DOWN', http: { status: 418, headers: { 'x-secret': '1' } }, stacktrace: ['at secret'] },
    };
    gateway.subgraphs.reviews.behave(json({ data: { latest: null }, errors: [error] }));
    const answer = await gateway.ask('{ latest { stars } }');
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ latest: null });
    expect(answer.errors).toEqual([
      {
        message: 'The subgraph "reviews" answered with an error.',
        path: ['latest'],
        extensions: { code: 'DB_DOWN', subgraph: 'reviews' },
      },
    ]);
    expect(answer.headers.has('x-secret')).toBe(false);
  });

  it('pollutes nothing', () => {
    expect('polluted' in {}).toBe(false);
  });
});

it('sends a mutation once and says at its path that it failed', async () => {
  const { reviews } = gateway.subgraphs;
  const { length } = reviews.requests;
  reviews.behave(reset);
  const answer = await gateway.ask('mutation { add { stars } }');
  expect(answer.data).toEqual({ add: null });
  expect(toErrorLines(answer)).toEqual(['SUBGRAPH_UNREACHABLE add']);
  expect(reviews.requests.length).toBe(length + 1);
});
