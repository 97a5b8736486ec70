import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange } from '../gateway/http/raw-client.ts';
import { readAnswer } from '../support/ask.ts';
import { json } from '../support/fake-subgraph.ts';
import { type Federation, startFederation } from '../support/federation.ts';
import type { Sections } from '../support/gateway.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';

function start(sections: Sections = {}): Promise<Federation<'users' | 'posts'>> {
  return startFederation({
    subgraphs: {
      users: {
        sdl: `${link} type Query { me: User users: [User!] } type User @key(fields: "id") { id: ID! name: String }
              type Mutation { rename(name: String!): User }`,
        resolvers: {
          Query: {
            me: () => ({ id: '1', name: 'Ada' }),
            users: () => Array.from({ length: 100 }, (_, index) => ({ id: `${index}`, name: `User ${index}` })),
          },
          Mutation: { rename: (_: unknown, { name }: { name: string }) => ({ id: '1', name }) },
        },
      },
      posts: {
        sdl: `${link} type User @key(fields: "id") { id: ID! posts: [String!] }`,
        resolvers: { User: { posts: () => ['One'] } },
      },
    },
    sections,
  });
}

const query = '{ me { name posts } }';
const whole = { me: { name: 'Ada', posts: ['One'] } };

let plain: Federation<'users' | 'posts'>;
let ruled: Federation<'users' | 'posts'>;
beforeAll(async () => {
  [plain, ruled] = await Promise.all([
    start(),
    start({
      headers: {
        toSubgraphs: [
          { propagate: ['Accept-Language', 'x-request-id', 'connection', 'te', 'host', 'content-length', 'x-hop'] },
          { propagate: ['authorization', 'cookie'], subgraphs: ['users'] },
          { rename: { 'x-tenant': 'x-shop-tenant' }, set: { 'x-gateway': 'overlock' } },
          { remove: ['x-gateway'], subgraphs: ['posts'] },
        ],
        toClients: [
          { propagate: ['x-served-by', 'set-cookie', 'connection', 'content-length', 'transfer-encoding'] },
          { set: { 'x-edge': 'overlock' } },
        ],
      },
      cors: { origins: ['https://shop.example'], credentials: true, exposeHeaders: ['x-edge'] },
      limits: { batch: 5 },
      compression: { minimumBytes: '1kb' },
    }),
  ]);
});
afterAll(() => Promise.all([plain.stop(), ruled.stop()]));

const sent = {
  'accept-language': 'nl',
  authorization: 'Bearer secret',
  cookie: 'session=secret',
  'x-request-id': 'request-1',
  'x-tenant': 'acme',
  'x-other': 'secret',
  'x-forwarded-for': '10.0.0.1',
};

function lastHeaders(gateway: Federation<'users' | 'posts'>, name: 'users' | 'posts') {
  return gateway.subgraphs[name].requests.at(-1)?.headers ?? {};
}

describe('headers to subgraphs', () => {
  it('are none of the client without a rule', async () => {
    expect((await plain.ask(query, undefined, { headers: sent })).data).toEqual(whole);
    for (const name of ['users', 'posts'] as const) {
      const headers = lastHeaders(plain, name);
      expect(Object.keys(headers).filter((key) => key in sent)).toEqual([]);
      expect(JSON.stringify(headers)).not.toContain('secret');
      expect(headers).toMatchObject({ 'content-type': 'application/json', accept: expect.stringContaining('json') });
    }
  });

  it('are what the rules say, for the subgraphs that they name', async () => {
    expect((await ruled.ask(query, undefined, { headers: sent })).data).toEqual(whole);
    expect(lastHeaders(ruled, 'users')).toMatchObject({
      'accept-language': 'nl',
      authorization: 'Bearer secret',
      cookie: 'session=secret',
      'x-request-id': 'request-1',
      'x-shop-tenant': 'acme',
      'x-gateway': 'overlock',
    });
    const posts = lastHeaders(ruled, 'posts');
    expect(posts).toMatchObject({ 'accept-language': 'nl', 'x-shop-tenant': 'acme' });
    for (const name of ['authorization', 'cookie', 'x-gateway', 'x-tenant', 'x-other', 'x-forwarded-for']) {
      expect(posts).not.toHaveProperty(name);
    }
  });

  it('are never those of the connection, even where a rule or the client names them', async () => {
    const body = JSON.stringify({ query });
    const answer = await exchange(
      ruled.port,
      `POST /graphql HTTP/1.1\r\nhost: evil.example\r\nconnection: close, x-hop\r\nx-hop: secret\r\nte: trailers\r\n` +
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    expect(answer).toContain('"posts":["One"]');
    const { headers, body: received } = ruled.subgraphs.users.requests.at(-1) ?? { headers: {}, body: '' };
    expect(headers['host']).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(headers['content-length']).toBe(String(Buffer.byteLength(received)));
    expect(headers).not.toHaveProperty('te');
    expect(headers).not.toHaveProperty('x-hop');
  });

  it('keep requests of different clients apart', async () => {
    const { length } = ruled.subgraphs.users.requests;
    await Promise.all(
      ['one', 'two', 'one'].map((name) =>
        ruled.ask('{ me { id } }', undefined, { headers: { authorization: name, 'x-request-id': 'same' } }),
      ),
    );
    const senders = ruled.subgraphs.users.requests.slice(length).map(({ headers }) => headers.authorization);
    expect(new Set(senders)).toEqual(new Set(['one', 'two']));
  });
});

describe('headers to clients', () => {
  it('are what the rules say', async () => {
    const { users } = ruled.subgraphs;
    users.behave(
      json(
        { data: { me: { __typename: 'User', id: '1' } } },
        { headers: { 'x-served-by': 'users-7', 'set-cookie': ['a=1; Path=/', 'b=2'], 'x-internal': 'secret' } },
      ),
    );
    const { headers, data } = await ruled.ask('{ me { id } }');
    users.behave(users.healthy);
    expect(data).toEqual({ me: { id: '1' } });
    expect(headers.get('x-served-by')).toBe('users-7');
    expect(headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
    expect(headers.get('x-edge')).toBe('overlock');
    expect(headers.has('x-internal')).toBe(false);
    expect(headers.get('connection')).toBe('keep-alive');
  });

  it('are none of a subgraph without a rule', async () => {
    const { users } = plain.subgraphs;
    users.behave(
      json({ data: { me: { id: '1' } } }, { headers: { 'x-served-by': 'u', 'set-cookie': 'a=1', server: 'secret' } }),
    );
    const { headers } = await plain.ask('{ me { id } }');
    users.behave(users.healthy);
    expect([...headers.keys()].filter((name) => /served|cookie|server|powered/.test(name))).toEqual([]);
  });

  it.each([
    ['request-1.a:b/c', 'request-1.a:b/c'],
    ['with space', undefined],
    ['x'.repeat(129), undefined],
    ['<script>', undefined],
    [undefined, undefined],
  ])('tell the request id %j, or a new one where it is not safe', async (given, kept) => {
    const headers: Record<string, string> = given === undefined ? {} : { 'x-request-id': given };
    const answer = await plain.ask('{ me { id } }', undefined, { headers });
    const id = answer.headers.get('x-request-id');
    if (kept === undefined) expect(id).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
    else expect(id).toBe(kept);
  });
});

describe('compression', () => {
  const many = '{ users { id name } }';

  async function encoded(acceptEncoding: string, text = many) {
    const body = JSON.stringify({ query: text });
    const raw = await exchange(
      plain.port,
      `POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n` +
        `accept-encoding: ${acceptEncoding}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    const [head = '', ...rest] = raw.split('\r\n\r\n');
    const payload = Buffer.from(rest.join('\r\n\r\n'), 'latin1');
    const encoding = /^content-encoding: (\S+)\r?$/im.exec(head)?.[1];
    expect(/^content-length: (\d+)\r?$/im.exec(head)?.[1]).toBe(String(payload.length));
    expect(head).toMatch(/^vary: .*accept-encoding\r?$/im);
    return { encoding, payload };
  }

  it('is negotiated', async () => {
    const { payload: whole } = await encoded('identity');
    expect(whole.length).toBeGreaterThan(2_000);
    const cases = {
      gzip: ['gzip', gunzipSync],
      'gzip, deflate, br': ['br', brotliDecompressSync],
      'br;q=0, gzip;q=0.5': ['gzip', gunzipSync],
      '*': ['br', brotliDecompressSync],
    } as const;
    for (const [accepted, [expected, inflate]] of Object.entries(cases)) {
      const { encoding, payload } = await encoded(accepted);
      expect(encoding).toBe(expected);
      expect(payload.length).toBeLessThan(whole.length / 2);
      expect(inflate(payload).toString()).toBe(whole.toString());
    }
    expect((await encoded('zstd')).encoding).toBeUndefined();
    expect((await encoded('gzip;q=0')).encoding).toBeUndefined();
    expect((await encoded('gzip', '{ me { id } }')).encoding).toBeUndefined();
  });
});

describe('pages of other sites', () => {
  const preflight = (gateway: Federation, origin: string) =>
    fetch(gateway.url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-tenant',
      },
    });

  it('get no permission unless they are named', async () => {
    for (const [gateway, origin] of [
      [plain, 'https://shop.example'],
      [ruled, 'https://evil.example'],
      [ruled, 'https://shop.example.evil.example'],
      [ruled, 'null'],
    ] as const) {
      const { headers } = await preflight(gateway, origin);
      expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
    const { headers } = await preflight(ruled, 'https://shop.example');
    expect(headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-allow-headers')).toMatch(/content-type, ?x-tenant/);
    expect(headers.get('vary')).toMatch(/origin/i);
  });

  it('may read answers, refusals and exposed headers when they are named', async () => {
    for (const text of [query, '{ nope }']) {
      const { headers } = await ruled.ask(text, undefined, { headers: { origin: 'https://shop.example' } });
      expect(headers.get('access-control-allow-origin')).toBe('https://shop.example');
      expect(headers.get('access-control-expose-headers')).toBe('x-edge');
    }
    const { headers } = await ruled.ask(query, undefined, { headers: { origin: 'https://evil.example' } });
    expect(headers.has('access-control-allow-origin')).toBe(false);
  });

  it.each([
    [{ origin: 'https://evil.example' }, 403],
    [{ referer: 'https://evil.example/page' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'https://evil.example', 'apollo-require-preflight': '1' }, 200],
    [{ origin: 'https://evil.example', 'x-apollo-operation-name': 'Q' }, 200],
    [{ origin: 'https://shop.example' }, 200],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{}, 200],
  ])('send by GET with %j: %i', async (headers, status) => {
    const response = await fetch(`${ruled.url}?query=${encodeURIComponent('{ me { id } }')}`, {
      headers: new Headers({ accept: 'application/json', ...headers }),
    });
    const answer = await readAnswer(response);
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.errors[0]?.extensions['code']).toBe('CSRF_PREVENTION_FAILED');
  });
});

describe('a batch', () => {
  async function sendBatch(gateway: Federation, batch: readonly unknown[]) {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(batch),
    });
    return { status: response.status, body: (await response.json()) as unknown };
  }
  const code = (name: string) => ({ errors: [expect.objectContaining({ extensions: { code: name } })] });

  it('is refused where it is off, and where it is too long or empty', async () => {
    const one = { query };
    expect(await sendBatch(plain, [one])).toEqual({ status: 400, body: code('BAD_REQUEST') });
    expect(await sendBatch(ruled, Array(6).fill(one))).toEqual({ status: 400, body: code('BAD_REQUEST') });
    expect(await sendBatch(ruled, [])).toEqual({ status: 400, body: code('BAD_REQUEST') });
  });

  it('gives each operation its answer, in their order, whatever the others are', async () => {
    const { length } = ruled.subgraphs.users.requests;
    const { status, body } = await sendBatch(ruled, [
      { query },
      { query: '{ nope }' },
      { query: 'mutation ($n: String!) { rename(name: $n) { name } }', variables: { n: 'Eve' } },
      { query: '{' },
      { query: 'query ($n: String!) { __typename }', variables: { n: 1 } },
    ]);
    expect(status).toBe(200);
    expect(body).toEqual([
      { data: whole },
      code('GRAPHQL_VALIDATION_FAILED'),
      { data: { rename: { name: 'Eve' } } },
      code('GRAPHQL_PARSE_FAILED'),
      code('GRAPHQL_VALIDATION_FAILED'),
    ]);
    expect(ruled.subgraphs.users.requests.length).toBe(length + 2);
  });

  it.each([null, 1, 'x', [], {}, { query: 1 }])('with the entry %j does not run the others', async (entry) => {
    const { length } = ruled.subgraphs.users.requests;
    const { status, body } = await sendBatch(ruled, [{ query }, entry]);
    expect({ status, body }).toEqual({ status: 400, body: code('BAD_REQUEST') });
    expect(ruled.subgraphs.users.requests.length).toBe(length);
  });

  it('keeps a limit for each of its operations', async () => {
    const deep = `{ me { ${'a: '}id } ${Array.from({ length: 101 }, (_, index) => `a${index}: __typename`).join(' ')} }`;
    const { body } = await sendBatch(ruled, [{ query }, { query: deep }]);
    expect(body).toEqual([{ data: whole }, code('MAX_ALIASES_LIMIT')]);
  });
});
