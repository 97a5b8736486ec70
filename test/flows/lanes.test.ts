import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Federation, startFederation } from '../support/federation.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  directive @cacheControl(maxAge: Int, scope: CacheControlScope) on FIELD_DEFINITION
  directive @cacheTag(format: String!) repeatable on OBJECT
  enum CacheControlScope { PUBLIC PRIVATE }
  type Query {
    top(first: Int): [Product] @cacheControl(maxAge: 60, scope: PUBLIC)
    mine: Product @cacheControl(maxAge: 60, scope: PRIVATE)
    said: String
  }
  type Mutation { rename: Int }
  type Product @key(fields: "upc") @cacheTag(format: "product-{$key.upc}") { upc: ID! }`;

const start = (hotLane: boolean, manifest: string): Promise<Federation> =>
  startFederation({
    subgraphs: {
      products: {
        sdl,
        resolvers: {
          Query: { top: () => [{ upc: '1' }, { upc: '2' }], mine: () => ({ upc: '3' }), said: () => 'x' },
          Mutation: { rename: () => 1 },
        },
      },
    },
    sections: {
      listen: { hotLane, port: 0 },
      documents: { mode: 'audit', manifest },
      cache: { response: { enabled: true }, debugHeader: true, toClients: { tagHeader: 'surrogate-key' } },
    },
  });

const query = (text: string, more = {}) => String(new URLSearchParams({ query: text, ...more }));
const extensionsOf = (text: string) =>
  JSON.stringify({
    persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(text).digest('hex') },
  });
const known = '{ top(first: 2) { upc } }';

const trusted = { top: 'query ($n: Int = 1) { top(first: $n) { upc } }', rename: 'mutation { rename }' };

type Sent = readonly [search: string, headers?: Readonly<Record<string, string>>];
/** In this order: what is asked again is stored, and known by its tag. */
const gets: Readonly<Record<string, Sent>> = {
  stored: [query('{ top { upc } }')],
  'stored, again': [query('{ top { upc } }')],
  'stored, as GraphQL': [query('{ top { upc } }'), { accept: 'application/graphql-response+json' }],
  'stored, compressed': [query('{ top { upc } }'), { 'accept-encoding': 'br' }],
  'stored, for one': [query('{ mine { upc } }'), { authorization: 'x' }],
  'stored, for nobody': [query('{ mine { upc } }')],
  'not stored': [query('{ said }')],
  'with variables': [query('query ($n: Int) { top(first: $n) { upc } }', { variables: '{"n":1}' })],
  'by an unknown hash': [query('', { extensions: extensionsOf('{ other }') })],
  'with its hash': [query(known, { extensions: extensionsOf(known) })],
  'by its hash': [`extensions=${encodeURIComponent(extensionsOf(known))}`],
  'by its identifier': ['documentId=top'],
  'by its identifier, again': ['documentId=top'],
  'by its identifier, with variables': ['documentId=top&variables=%7B%22n%22%3A2%7D'],
  'by an unknown identifier': ['documentId=bottom'],
  'a mutation by its identifier': ['documentId=rename'],
  'a mutation': [query('mutation { rename }')],
  'a typo': [query('{ topp }')],
  'no GraphQL': [query('{')],
  nothing: [''],
  'variables that are no JSON': [query('{ said }', { variables: '{' })],
  'not acceptable': [query('{ said }'), { accept: 'text/plain' }],
};
/** Of no answer alone. */
const fleeting = ['date', 'x-request-id', 'connection', 'keep-alive', 'transfer-encoding', 'content-length'];

describe('what is asked by GET is answered alike by both lanes', () => {
  let folder: TemporaryFolder;
  let lanes: readonly Federation[];
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.spyOn(Math, 'random').mockReturnValue(0);
    folder = await createTemporaryFolder();
    const manifest = await folder.write('documents.json', JSON.stringify(trusted));
    lanes = await Promise.all([start(true, manifest), start(false, manifest)]);
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    vi.useRealTimers();
    await Promise.all(lanes.map(({ stop }) => stop()));
    await folder.remove();
  });

  const get = async ({ url }: Federation, [search, headers = {}]: Sent) => {
    const answer = await fetch(`${url}?${search}`, { headers: { 'apollo-require-preflight': 'true', ...headers } });
    const all = Object.fromEntries([...answer.headers].filter(([name]) => !fleeting.includes(name)));
    return { status: answer.status, headers: all, body: await answer.text() };
  };

  it.each(Object.entries(gets))('%s', async (_what, sent) => {
    const [hot, yoga] = await Promise.all(lanes.map((lane) => get(lane, sent)));
    expect(hot).toEqual(yoga);
    const [search, headers = {}] = sent;
    const { etag, 'cache-control': control = '' } = hot?.headers ?? {};
    expect(etag !== undefined).toBe(hot?.status === 200 && control !== 'no-store');
    if (etag === undefined) return;
    expect(control).toMatch(/^(public|private), max-age=60$/);
    expect(hot?.headers['vary']).toMatch(/^accept/);
    vi.setSystemTime(Date.now() + 2_000);
    const again = await Promise.all(
      lanes.map((lane) => get(lane, [search, { ...headers, 'if-none-match': `"x", ${etag}` }])),
    );
    expect(again[0]).toEqual(again[1]);
    expect([again[0]?.status, again[0]?.body]).toEqual([304, '']);
    const { age, 'x-cache': state, ...others } = again[0]?.headers ?? {};
    expect([Number(age) >= 2, state]).toEqual([true, 'hit']);
    for (const name of ['cache-control', 'vary', 'etag', 'surrogate-key']) {
      expect(others[name]).toBe(hot?.headers[name]);
    }
  });

  it('has no tag for a POST, which nothing stores', async () => {
    const body = JSON.stringify({ query: '{ top { upc } }' });
    const sent = { method: 'POST', body, headers: { 'content-type': 'application/json', 'if-none-match': '*' } };
    for (const { url } of lanes) {
      const answer = await fetch(url, sent);
      expect([answer.status, answer.headers.get('etag')]).toEqual([200, null]);
      expect(answer.headers.get('cache-control')).toMatch(/^public/);
      expect(answer.headers.get('surrogate-key')?.split(' ')).toEqual(
        expect.arrayContaining(['type:Product', 'product-1', 'product-2']),
      );
    }
  });
});
