import { createHash } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { noTelemetry } from '../../gateway/telemetry/no-telemetry.ts';
import type { CacheAsk } from '../../gateway/telemetry/telemetry.ts';
import { ask, type GraphqlAnswer } from '../support/ask.ts';
import { hold, json } from '../support/fake-subgraph.ts';
import { type Federation, startFederation } from '../support/federation.ts';
import { toConfig } from '../support/gateway.ts';

const secret = 'a secret of more than thirty-two bytes';
const issuer = { issuer: 'https://login.example.com/', audience: 'shop', secret };
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@requiresScopes"])
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  enum CacheControlScope { PUBLIC PRIVATE }
  directive @cacheTag(format: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE`;

const sections = {
  identity: { jwt: [issuer] },
  authorization: { mode: 'filter' },
  limits: { batch: 3 },
  headers: {
    toSubgraphs: [{ propagate: ['accept-language', 'x-request-id', 'authorization'] }],
    toClients: [{ propagate: ['x-served-by'] }],
  },
  cache: {
    response: { enabled: true },
    debugHeader: true,
    toClients: { tagHeader: 'surrogate-key' },
    rules: [
      { fields: 'Query.offers', staleWhileRevalidate: '30s', staleIfError: '10m' },
      { fields: 'Product.name', staleWhileRevalidate: '30s', staleIfError: '10m' },
    ],
  },
};

let gateway: Federation<'products' | 'stock'>;
let asked: CacheAsk[] = [];

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  gateway = await startFederation({
    subgraphs: {
      products: {
        sdl: `${link}
          type Query {
            top(first: Int): [Product] @cacheControl(maxAge: 60, scope: PUBLIC) @cacheTag(format: "top-{$args.first}")
            me: User @cacheControl(maxAge: 60, scope: PRIVATE)
            offers: [Product] @cacheControl(maxAge: 60)
            said: String
            other: [Product]
          }
          type Mutation { rename: Int }
          type Product @key(fields: "upc") @cacheTag(format: "product") {
            upc: ID!
            name: String @cacheControl(maxAge: 30)
            cost: Int @cacheControl(maxAge: 20) @requiresScopes(scopes: [["costs"]])
          }
          type User { name: String }`,
        resolvers: {
          Query: {
            top: () => [{ upc: '1', name: 'Table', cost: 5 }],
            offers: () => [{ upc: '1', name: 'Table' }],
            other: () => [{ upc: '1', name: 'Table' }],
            me: () => ({ name: 'me' }),
            said: () => 'hello',
          },
          Mutation: { rename: () => 1 },
        },
      },
      stock: {
        sdl: `${link} type Product @key(fields: "upc") { upc: ID!  inStock: Int @cacheControl(maxAge: 10) }`,
        resolvers: { Product: { __resolveReference: (key: object) => ({ ...key, inStock: 3 }) } },
      },
    },
    sections,
    telemetry: { ...noTelemetry, cacheAsked: (one) => asked.push(one) },
  });
});
afterAll(async () => {
  vi.useRealTimers();
  await gateway.stop();
});

/** Each test begins long after everything that was stored before has ended. */
beforeEach(() => {
  vi.setSystemTime(Date.now() + 86_400_000);
  asked = [];
});
afterEach(() => {
  const { products, stock } = gateway.subgraphs;
  products.behave(products.healthy);
  stock.behave(stock.healthy);
  products.requests.length = 0;
  stock.requests.length = 0;
});

const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);
const fetches = () => gateway.subgraphs.products.requests.length;

/** From now on answers of the products have these headers. */
function answerWith(headers: Readonly<Record<string, string>>): void {
  const { products } = gateway.subgraphs;
  products.behave((response, request) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    products.healthy(response, request);
  });
}

async function tokenOf(subject: string, scope = ''): Promise<Record<string, string>> {
  const token = await new SignJWT({ scope })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer.issuer)
    .setAudience('shop')
    .setSubject(subject)
    .setExpirationTime('1h')
    .sign(Buffer.from(secret));
  return { authorization: `Bearer ${token}` };
}

function send(query: string, headers: Record<string, string> = {}, variables = {}): Promise<GraphqlAnswer> {
  return ask(gateway.url, query, variables, { headers });
}

async function statusOf(query: string, headers?: Record<string, string>, variables?: object): Promise<string> {
  const answer = await send(query, headers, variables);
  return answer.headers.get('x-cache') ?? 'none';
}

describe('a whole answer that was stored', () => {
  it('is given again byte for byte, with its age, until its first part has ended', async () => {
    const query = '{ top(first: 2) { upc name inStock } }';
    const first = await send(query);
    expect(first.data).toEqual({ top: [{ upc: '1', name: 'Table', inStock: 3 }] });
    expect(first.headers.get('x-cache')).toBe('miss');
    pass(4);
    const second = await send(query);
    expect(second.text).toBe(first.text);
    expect(second.headers.get('x-cache')).toBe('hit');
    expect(second.headers.get('age')).toBe('4');
    const maxAge = Number(/max-age=(\d+)/.exec(second.headers.get('cache-control') ?? '')?.[1]);
    // The expiry is cut by up to a tenth, so that what is stored together does not end together.
    expect(maxAge).toBeGreaterThanOrEqual(9);
    expect(maxAge).toBeLessThanOrEqual(10);
    expect(fetches()).toBe(1);
    pass(7);
    expect(await statusOf(query)).toBe('miss');
    expect(asked.map(({ coordinate, outcome }) => `${coordinate} ${outcome}`)).toEqual([
      'Query.top miss',
      'Query.top hit',
      'Query.top miss',
    ]);
  });

  it('is known by what it means, not by how it is written', async () => {
    expect(await statusOf('query A($n: Int) { top(first: $n) { upc } }', {}, { n: 1 })).toBe('miss');
    expect(await statusOf('query A($n: Int) { # a\n top(first: $n) { upc } }', {}, { n: 1 })).toBe('hit');
    expect(await statusOf('query A($n: Int) { top(first: $n) { upc } }', {}, { n: 2 })).toBe('miss');
    expect(await statusOf('query A($n: Int) { top(first: $n) { id: upc } }', {}, { n: 1 })).toBe('miss');
  });

  it('is for all who send the same headers on, request ids aside', async () => {
    const query = '{ top { upc } }';
    expect(await statusOf(query, { 'accept-language': 'en', 'x-request-id': 'one' })).toBe('miss');
    expect(await statusOf(query, { 'accept-language': 'en', 'x-request-id': 'two' })).toBe('hit');
    expect(await statusOf(query, { 'accept-language': 'de' })).toBe('miss');
  });

  it('brings what its subgraphs brought for clients', async () => {
    answerWith({ 'x-served-by': 'a' });
    await send('{ top { upc } }');
    answerWith({ 'x-served-by': 'b' });
    const again = await send('{ top { upc } }');
    expect(again.headers.get('x-served-by')).toBe('a');
  });
});

describe('who may be given it', () => {
  it('is everybody where all of it is public', async () => {
    const query = '{ top { upc } }';
    const first = await send(query, await tokenOf('ada'));
    expect(first.headers.get('cache-control')).toBe('public, max-age=60');
    expect(first.headers.get('vary')).toBe('accept, accept-language, Accept-Encoding');
    expect(await statusOf(query, await tokenOf('bob'))).toBe('hit');
    expect(await statusOf(query)).toBe('hit');
  });

  it('is one identity where a part is private, and nobody who is none', async () => {
    const ada = await tokenOf('ada');
    const first = await send('{ me { name } }', ada);
    expect(first.headers.get('cache-control')).toBe('private, max-age=60');
    expect(first.headers.get('vary')).toContain('authorization');
    expect(first.headers.get('surrogate-key')).toBeNull();
    expect(await statusOf('{ me { name } }', ada)).toBe('hit');
    expect(await statusOf('{ me { name } }', await tokenOf('bob'))).toBe('miss');
    expect(await statusOf('{ me { name } top { upc } }', ada)).toBe('miss');
    const nobody = await send('{ me { name } }');
    expect([nobody.headers.get('x-cache'), nobody.headers.get('cache-control')]).toEqual(['bypass', 'no-store']);
  });

  it('is one identity, or all without credentials, where nothing is said', async () => {
    const ada = await tokenOf('ada');
    expect(await statusOf('{ offers { upc } }')).toBe('miss');
    expect(await statusOf('{ offers { upc } }')).toBe('hit');
    expect(await statusOf('{ offers { upc } }', ada)).toBe('miss');
    expect(await statusOf('{ offers { upc } }', ada)).toBe('hit');
    expect(await statusOf('{ offers { upc } }', await tokenOf('bob'))).toBe('miss');
  });

  it('is one identity as soon as a backend says so, and each asks for itself from then on', async () => {
    answerWith({ 'cache-control': 'private, max-age=50' });
    const query = '{ top { upc } }';
    const [ada, bob] = [await tokenOf('ada'), await tokenOf('bob')];
    expect(await statusOf(query, ada)).toBe('miss');
    expect(await statusOf(query, bob)).toBe('miss');
    expect(await statusOf(query, ada)).toBe('hit');
    expect(fetches()).toBe(2);
  });

  it('depends on what was withheld, and is not told to CDNs where somebody is refused', async () => {
    const query = '{ top { upc cost } }';
    const [ada, bob] = [await tokenOf('ada', 'costs'), await tokenOf('bob')];
    const whole = await send(query, ada);
    const partly = await send(query, bob);
    expect(whole.data).toEqual({ top: [{ upc: '1', cost: 5 }] });
    expect(whole.headers.get('cache-control')).toMatch(/^private, /);
    expect(partly.data).toEqual({ top: [{ upc: '1', cost: null }] });
    expect(partly.headers.get('cache-control')).toBe('no-store');
    expect((await send(query, bob)).errors).toHaveLength(1);
    expect((await send(query, ada)).data).toEqual(whole.data);
  });
});

describe('nothing is stored', () => {
  it.each<[string, string, Record<string, string>?]>([
    ['of which nothing is said', '{ said }'],
    ['of which a part has nothing said of it', '{ top { upc } other { upc } }'],
    ['that a backend forbids', '{ top { upc } }', { 'cache-control': 'no-store' }],
    ['that a backend has asked for anew each time', '{ top { upc } }', { 'cache-control': 'public, no-cache' }],
    ['that came with a cookie', '{ top { upc } }', { 'set-cookie': 'a=b' }],
    ['that depends on everything', '{ top { upc } }', { vary: '*' }],
    ['that depends on what is not looked at', '{ top { upc } }', { vary: 'X-Request-Id' }],
    ['that is old already', '{ top { upc } }', { 'cache-control': 'max-age=60', age: '60' }],
    ['of the schema', '{ __schema { queryType { name } } top { upc } }'],
  ])('%s', async (_what, query, headers = {}) => {
    answerWith(headers);
    const first = await send(query);
    expect(first.headers.get('cache-control')).toBe('no-store');
    expect(await statusOf(query)).not.toBe('hit');
    expect(fetches()).toBe(2);
  });

  it('with errors', async () => {
    const { products } = gateway.subgraphs;
    products.behave(json({ data: { top: null }, errors: [{ message: 'No.', path: ['top'] }] }));
    const first = await send('{ top { upc } }');
    expect([first.errors.length, first.headers.get('cache-control')]).toEqual([1, 'no-store']);
    products.behave(products.healthy);
    expect((await send('{ top { upc } }')).errors).toEqual([]);
  });

  it('of mutations', async () => {
    const first = await send('mutation { rename }');
    expect(first.headers.get('cache-control')).toBe('no-store');
    await send('mutation { rename }');
    expect(fetches()).toBe(2);
  });
});

describe('a backend', () => {
  it('may say for how long, where the schema says nothing', async () => {
    answerWith({ 'cache-control': 'public, max-age=40', age: '10' });
    const first = await send('{ said }', await tokenOf('ada'));
    expect(first.headers.get('cache-control')).toBe('public, max-age=40');
    expect(first.headers.get('age')).toBe('10');
    expect(await statusOf('{ said }', await tokenOf('bob'))).toBe('hit');
    pass(31);
    expect(await statusOf('{ said }')).toBe('miss');
  });

  it('may say less than the schema, and not more', async () => {
    answerWith({ 'cache-control': 'max-age=5' });
    expect((await send('{ top { upc } }')).headers.get('cache-control')).toBe('public, max-age=5');
    answerWith({ 'cache-control': 'max-age=500' });
    expect((await send('{ top { name } }')).headers.get('cache-control')).toBe('public, max-age=30');
  });
});

describe('that something is not there', () => {
  it.each<[string, 'products' | 'stock', string, object]>([
    ['a root field', 'products', '{ offers { upc name } }', { offers: null }],
    ['an entity', 'stock', '{ top { upc inStock } }', { _entities: [null] }],
  ])('is known for a short time only: %s', async (_what, name, query, data) => {
    const subgraph = gateway.subgraphs[name];
    subgraph.behave(json({ data }));
    const first = await send(query);
    expect(first.errors).toEqual([]);
    expect(first.headers.get('cache-control')).toMatch(/, max-age=5$/);
    expect(await statusOf(query)).toBe('hit');
    subgraph.behave(subgraph.healthy);
    pass(6);
    const then = await send(query);
    expect([then.headers.get('x-cache'), then.text.includes('null')]).toEqual(['miss', false]);
  });
});

describe('an answer that has ended', () => {
  const query = '{ offers { upc name } }';

  it('is served while one request asks anew', async () => {
    const { products } = gateway.subgraphs;
    await send(query);
    pass(31);
    const held = hold(products.healthy);
    products.behave(held.behaviour);
    expect(await Promise.all([statusOf(query), statusOf(query), statusOf(query)])).toEqual(['stale', 'stale', 'stale']);
    await products.arrived(2);
    held.release();
    await expect.poll(() => statusOf(query)).toBe('hit');
    expect(fetches()).toBe(2);
  });

  it('is served, and told to be old, when it cannot be had anew', async () => {
    const { products } = gateway.subgraphs;
    await send(query);
    pass(120);
    products.behave(json({}, { status: 503 }));
    const answer = await send(query);
    expect(answer.errors).toEqual([]);
    expect(JSON.parse(answer.text)).toEqual({
      data: { offers: [{ upc: '1', name: 'Table' }] },
      extensions: { degraded: [{ path: [], reason: 'stale' }] },
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    products.behave(products.healthy);
    expect(await statusOf(query)).toBe('miss');
    expect(await statusOf(query)).toBe('hit');
  });
});

it('asks once for a hundred who find nothing', async () => {
  const { products } = gateway.subgraphs;
  const held = hold(products.healthy);
  products.behave(held.behaviour);
  const tokens = await Promise.all(['ada', 'bob', 'eve'].map((name) => tokenOf(name)));
  const all = Promise.all(Array.from({ length: 100 }, (_, index) => send('{ top { upc } }', tokens[index % 3])));
  await products.arrived(1);
  // All of them have come when one more that is not stored has.
  const last = send('{ said }');
  await products.arrived(2);
  held.release();
  await last;
  held.release();
  expect(new Set((await all).map(({ text }) => text))).toEqual(new Set(['{"data":{"top":[{"upc":"1"}]}}']));
  expect(products.requests.filter(({ body }) => body.includes('top')).length).toBe(1);
});

describe('by GET', () => {
  const text = '{ top(first: 3) { upc name } }';
  const digest = createHash('sha256').update(text).digest('hex');
  const extensions = encodeURIComponent(JSON.stringify({ persistedQuery: { version: 1, sha256Hash: digest } }));
  const get = (search: string, headers = {}) => fetch(`${gateway.url}?${search}`, { headers });

  it('persisted documents are stored under their URL, and not sent again to who has them', async () => {
    const unknown = await get(`extensions=${extensions}`);
    expect([unknown.status, unknown.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await unknown.json()).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] });
    await get(`extensions=${extensions}&query=${encodeURIComponent(text)}`);
    const first = await get(`extensions=${extensions}`);
    expect(await first.json()).toEqual({ data: { top: [{ upc: '1', name: 'Table' }] } });
    expect(first.headers.get('x-cache')).toBe('hit');
    expect(first.headers.get('cache-control')).toMatch(/^public, max-age=(2[7-9]|30)/);
    expect(first.headers.get('surrogate-key')?.split(' ').sort()).toEqual(['product', 'top-3', 'type:Product']);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[\w-]{27}"$/);
    for (const sent of [etag, '*', `"other", ${etag}`, etag.slice(2)]) {
      const again = await get(`extensions=${extensions}`, { 'if-none-match': sent });
      expect([again.status, await again.text()]).toEqual([304, '']);
      expect(again.headers.get('etag')).toBe(etag);
      expect(again.headers.get('cache-control')).toBe(first.headers.get('cache-control'));
      expect(again.headers.get('vary')).toBe(first.headers.get('vary'));
    }
    const other = await get(`extensions=${extensions}`, { 'if-none-match': 'W/"other"' });
    expect(other.status).toBe(200);
  });

  it('what may not be stored has no tag', async () => {
    const answer = await get(`query=${encodeURIComponent('{ said }')}`, { 'if-none-match': '*' });
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, null]);
  });

  it('mutations are refused, and that is not stored either', async () => {
    const answer = await get(`query=${encodeURIComponent('mutation { rename }')}`);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([405, 'no-store']);
  });
});

it('tells nobody to store several answers in one body', async () => {
  const body = JSON.stringify([{ query: '{ top { upc } }' }, { query: '{ offers { upc } }' }]);
  const answer = await fetch(gateway.url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  expect(await answer.json()).toHaveLength(2);
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

it('gives nobody what another configuration stored for everybody', async () => {
  const query = '{ top { upc } }';
  await send(query);
  expect(await statusOf(query)).toBe('hit');
  const { cache } = sections;
  const graph = { supergraph: gateway.supergraphFile };
  const rules = [...cache.rules, { fields: 'Query.top', scope: 'private' }];
  await gateway.runtime.reload(toConfig({ ...sections, graph, cache: { ...cache, rules } }));
  expect(await statusOf(query)).toBe('bypass');
  const ada = await tokenOf('ada');
  expect([await statusOf(query, ada), await statusOf(query, ada)]).toEqual(['miss', 'hit']);
  await gateway.runtime.reload(toConfig({ ...sections, graph }));
  // The same configuration knows what it has stored, in the same store.
  expect(await statusOf(query)).toBe('hit');
});
