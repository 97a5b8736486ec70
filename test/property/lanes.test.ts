import { createHash } from 'node:crypto';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Federation, startFederation } from '../support/federation.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const secret = 'a secret of more than thirty-two bytes';
const issuer = { issuer: 'https://login.example.com/', audience: 'shop', secret };
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@authenticated"])
  directive @authenticated on FIELD_DEFINITION`;

let hot: Federation<'shop'>;
let yoga: TestGateway;
/** Gateways that run trusted documents only, one with each lane. */
let trusting: readonly TestGateway[];
let folder: TemporaryFolder;
let token = '';
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  const sections = {
    cors: { origins: ['https://shop.example'], credentials: true, exposeHeaders: ['x-cost-actual'] },
    limits: { bodyBytes: '4kb', batch: 3, depth: 6, aliases: 3, jsonDepth: 30, listLength: 4 },
    identity: { jwt: [issuer] },
    authorization: { mode: 'filter' },
    cost: { mode: 'enforce', limit: 100, report: true },
    headers: {
      toSubgraphs: [{ propagate: ['x-tenant'] }],
      toClients: [{ propagate: ['x-served-by', 'set-cookie', 'vary'] }, { set: { 'x-edge': 'overlock' } }],
    },
    compression: { minimumBytes: '256b' },
    errors: { subgraphMessages: 'shown' },
  };
  hot = await startFederation({
    subgraphs: {
      shop: {
        sdl: `${link}
          type Query { me: User  users(first: Int): [User!]  broken: User!  secret: String @authenticated }
          type User { id: ID!  name(upper: Boolean): String  friend: User  fails: String! }
          type Mutation { rename(name: String!): User }
          type Subscription { renamed: User }`,
        resolvers: {
          Query: {
            me: () => ({ id: '1', name: 'Ada "\u2028" 🏃', friend: { id: '2', name: 'Bo' } }),
            users: () => Array.from({ length: 40 }, (_, index) => ({ id: index, name: `User ${index}` })),
            broken: () => null,
            secret: () => 's',
          },
          User: {
            fails: () => {
              throw new Error('It fails.');
            },
          },
          Mutation: { rename: (_: unknown, { name }: { name: string }) => ({ id: '1', name }) },
        },
      },
    },
    sections,
  });
  const { shop } = hot.subgraphs;
  shop.behave((response, received) => {
    response.setHeader('x-served-by', 'shop');
    response.setHeader('vary', 'x-tenant');
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    shop.healthy(response, received);
  });
  yoga = await startTestGateway(
    toConfig({ ...sections, graph: { supergraph: hot.supergraphFile }, listen: { hotLane: false } }),
  );
  folder = await createTemporaryFolder();
  const documents = {
    mode: 'enforce',
    manifest: await folder.write('documents.json', JSON.stringify(Object.fromEntries(trusted))),
  };
  trusting = await Promise.all(
    [true, false].map((hotLane) =>
      startTestGateway(
        toConfig({ ...sections, documents, graph: { supergraph: hot.supergraphFile }, listen: { hotLane } }),
      ),
    ),
  );
  token = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer.issuer)
    .setAudience('shop')
    .setSubject('ada')
    .setExpirationTime('5m')
    .sign(Buffer.from(secret));
});
afterAll(async () => {
  agent.destroy();
  await Promise.all([yoga, ...trusting].map((gateway) => gateway.stop()));
  await hot.stop();
  await folder.remove();
});

const good = [
  '{ __typename }',
  '{ me { id name } }',
  'query Q($up: Boolean = true, $n: Int) { me { name(upper: $up) friend { id } } users(first: $n) { id } }',
  '{ users { id name friend { name } } }',
  '{ me { fails } }',
  '{ users { fails } }',
  '{ broken { id } }',
  '{ secret me { id } }',
  '{ __schema { queryType { name } } }',
];
const odd = [
  'query A { me { id } } query B { users { id name } }',
  'mutation M($name: String!) { rename(name: $name) { name } }',
  'subscription { renamed { id } }',
  '{ me { id ',
  '{ me { nothing } }',
  '{ me { a: id b: id c: id d: id } }',
  '{ me { friend { friend { friend { friend { friend { friend { id } } } } } } } }',
  'fragment F on User { id } { me { ...F } }',
  '',
];

/** By their identifiers: some are not to be asked by GET, or need an operationName, and some cannot be run at all. */
const trusted = new Map(
  [...good, ...odd].filter((text) => text !== '').map((text, index) => [`document-${index}`, text]),
);

/** Mostly left out, so that a request has few oddities at a time. */
const rarely = <Value>(...values: readonly Value[]) => mostly(undefined, fc.constantFrom(...values));
const mostly = <Usual, Value>(usual: Usual, arbitrary: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary });

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const paramsArbitrary = fc
  .record({
    query: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...good) },
      { weight: 4, arbitrary: fc.constantFrom(...odd) },
      { weight: 1, arbitrary: fc.jsonValue() },
    ),
    operationName: rarely<unknown>('Q', 'A', 'B', 'M', 'C', '', null, 1),
    variables: fc.oneof(
      { weight: 3, arbitrary: fc.constant(undefined) },
      { weight: 3, arbitrary: fc.record({ up: fc.boolean(), n: fc.integer({ max: 9 }), name: fc.string() }) },
      { weight: 1, arbitrary: fc.record({ n: fc.constantFrom('1', [1, 2, 3, 4, 5], { deep: [[]] }, null, 1e300) }) },
      { weight: 1, arbitrary: fc.jsonValue() },
    ),
    extensions: mostly(undefined, fc.jsonValue()),
    documentId: rarely<unknown>('unknown', `sha256:${sha256('{ me { id name } }')}`, '', 7),
    unknown: mostly(undefined, fc.jsonValue()),
  })
  .chain((params) =>
    mostly('as it is', fc.constantFrom('registered', 'by hash', 'wrong hash')).map((way) => {
      if (way === 'as it is' || typeof params.query !== 'string') return params;
      const persistedQuery = { version: 1, sha256Hash: sha256(way === 'wrong hash' ? 'x' : params.query) };
      return { ...params, query: way === 'by hash' ? undefined : params.query, extensions: { persistedQuery } };
    }),
  );

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const textArbitrary = fc.oneof(
  { weight: 12, arbitrary: paramsArbitrary.map((params) => JSON.stringify(params)) },
  { weight: 3, arbitrary: fc.array(paramsArbitrary, { maxLength: 4 }).map((batch) => JSON.stringify(batch)) },
  { weight: 1, arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.string() },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '\ufeff{"query":"{ me { id } }"}',
      `{"query":"{ me { id } }","variables":{"n":${nested(40)}}}`,
      `{"query":"{ me { id } }","unknown":"${'x'.repeat(5_000)}"}`,
    ),
  },
);

const encodings = {
  none: (bytes: Buffer) => bytes,
  gzip: gzipSync,
  br: brotliCompressSync,
  deflate: deflateSync,
  zstd: (bytes: Buffer) => bytes,
  broken: (bytes: Buffer) => gzipSync(bytes).subarray(0, 20),
} as const;

const acceptArbitrary = fc
  .array(
    fc.constantFrom(
      'application/json',
      'application/json;q=0.5',
      'application/json;q=0',
      'application/json; charset=utf-16',
      'application/graphql-response+json',
      'Application/GraphQL-Response+JSON; charset=utf-8',
      '*/*',
      'application/*',
      'text/html',
      'image/png',
      'text/event-stream',
      'multipart/mixed;boundary="graphql"',
      '',
      ';',
    ),
    { maxLength: 3 },
  )
  .map((ranges) => ranges.join(', '));

const requestArbitrary = fc.record({
  method: mostly('POST', fc.constantFrom('GET', 'GET', 'GET', 'OPTIONS', 'HEAD', 'PUT')),
  search: mostly('', fc.constant('?query={me{id}}')),
  text: textArbitrary,
  encoding: mostly<keyof typeof encodings, keyof typeof encodings>(
    'none',
    fc.constantFrom('gzip', 'br', 'deflate', 'zstd', 'broken'),
  ),
  chunked: fc.boolean(),
  headers: fc.record({
    'content-type': mostly(
      'application/json',
      fc.constantFrom(
        undefined,
        'application/json; charset=utf-8',
        'Application/JSON;charset="UTF-8"',
        'application/json; charset=latin1',
        'application/graphql',
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/json, text/plain',
        'nonsense',
      ),
    ),
    accept: fc.oneof(fc.constant(undefined), acceptArbitrary),
    'accept-encoding': fc.constantFrom(undefined, 'gzip', 'br, gzip;q=0.5', 'identity', 'br;q=0, *'),
    origin: rarely('https://shop.example', 'https://shop.example', 'https://evil.example', 'null'),
    'sec-fetch-site': rarely('same-origin', 'cross-site', 'none'),
    referer: rarely('https://evil.example/page', 'http://127.0.0.1/'),
    'x-overlock-csrf': rarely('1', ''),
    authorization: rarely('Bearer good', 'Bearer good', 'Bearer bad', 'Basic YTpi', 'Bearer '),
    'x-request-id': fc.constantFrom(undefined, 'mine', 'not safe', 'a,b'),
    'x-tenant': rarely('a', '', 'ü'),
    'apollographql-client-name': rarely('web', ''),
    expect: rarely('100-continue', '100-continue', 'miracles'),
    connection: fc.constantFrom('keep-alive', 'keep-alive', 'close', 'x-tenant'),
  }),
});

type Generated = typeof requestArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function send({ origin }: Pick<TestGateway, 'origin'>, generated: Generated): Promise<Answer> {
  const { method, text, encoding, chunked, search } = generated;
  const bytes = encodings[encoding](Buffer.from(text));
  const hasBody = method === 'POST' || method === 'PUT';
  const headers: Record<string, string> = { host: 'gateway.example', ...definedOf(generated.headers) };
  if (headers['authorization'] === 'Bearer good') headers['authorization'] = `Bearer ${token}`;
  if (encoding !== 'none') headers['content-encoding'] = encoding === 'broken' ? 'gzip' : encoding;
  if (hasBody) headers[chunked ? 'transfer-encoding' : 'content-length'] = chunked ? 'chunked' : `${bytes.byteLength}`;
  const query = method === 'GET' && search === '' ? `?${toSearch(text)}` : search;
  return new Promise((resolve, reject) => {
    const sent = request(`${origin}/graphql${query}`, { method, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => {
        const { date, 'x-request-id': id, ...others } = response.headers;
        const own = id === 'mine' ? { ...others, id } : others;
        resolve({ status: response.statusCode, headers: own, body: withoutPings(Buffer.concat(chunks), others) });
      });
    });
    // A refusal may come, and the connection end, before all of the body is sent.
    sent.on('error', reject);
    sent.end(hasBody ? bytes : undefined);
  });
}

function definedOf(headers: Generated['headers']): Record<string, string> {
  const given = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, Buffer.from(`${value}`).toString('latin1')]));
}

/** As much of a body as GET has a parameter for. */
function toSearch(text: string): string {
  let params: unknown;
  try {
    params = JSON.parse(text);
  } catch {
    return encodeURIComponent(text);
  }
  const entries = Object.entries(Object(params)).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return new URLSearchParams(Object.fromEntries(entries)).toString();
}

/** How often a stream says that it is alive depends on time. */
function withoutPings(body: Buffer, { 'content-type': type = '' }: IncomingHttpHeaders): string {
  return type.startsWith('text/event-stream') ? body.toString().replaceAll(':\n\n', '') : body.toString('latin1');
}

/** A document by its name, in each of the ways in which clients name one. */
const namedArbitrary = fc
  .record({
    named: fc.constantFrom(...trusted),
    way: fc.constantFrom('identifier', 'identifier', 'digest', 'hash', 'text', 'text and identifier'),
    others: fc.record({
      operationName: rarely<unknown>('Q', 'A', 'B', 'C'),
      variables: mostly(undefined, fc.jsonValue()),
    }),
    unknown: rarely('no-document', 'document-', ''),
  })
  .map(({ named: [id, text], way, others, unknown }) => {
    const documentId = unknown ?? id;
    switch (way) {
      case 'identifier':
        return { ...others, documentId };
      case 'digest':
        return { ...others, documentId: `sha256:${sha256(text)}` };
      case 'hash':
        return { ...others, extensions: { persistedQuery: { version: 1, sha256Hash: sha256(text) } } };
      case 'text':
        return { ...others, query: unknown === undefined ? text : `${text} # changed` };
      default:
        return { ...others, documentId, query: text };
    }
  });

it('answers every request alike by either lane: status, headers and body', async () => {
  const statuses = new Map<number | undefined, number>();
  await fc.assert(
    fc.asyncProperty(requestArbitrary, async (generated) => {
      const [byHotLane, byYoga] = await Promise.all([send(hot, generated), send(yoga, generated)]);
      expect(byHotLane).toEqual(byYoga);
      statuses.set(byYoga.status, (statuses.get(byYoga.status) ?? 0) + 1);
    }),
    { numRuns: 400 },
  );
  // What is compared must be the whole range, not one refusal again and again.
  expect(statuses.get(200)).toBeGreaterThan(80);
  expect(statuses.size).toBeGreaterThan(6);
});

it('answers every trusted document that is asked for by GET alike by either lane', async () => {
  const statuses = new Map<number | undefined, number>();
  const asked = fc
    .record({ request: requestArbitrary, params: namedArbitrary })
    .map(({ request: other, params }) => ({ ...other, method: 'GET', search: '', text: JSON.stringify(params) }));
  await fc.assert(
    fc.asyncProperty(asked, async (generated) => {
      const [byHotLane, byYoga] = await Promise.all(trusting.map((gateway) => send(gateway, generated)));
      expect(byHotLane).toEqual(byYoga);
      statuses.set(byYoga?.status, (statuses.get(byYoga?.status) ?? 0) + 1);
    }),
    { numRuns: 300 },
  );
  expect(statuses.get(200)).toBeGreaterThan(30);
  expect(statuses.get(405), 'mutations').toBeGreaterThan(0);
  expect(statuses.size).toBeGreaterThan(4);
});
