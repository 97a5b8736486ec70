import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { noTelemetry } from '../../gateway/telemetry/no-telemetry.ts';
import { createRandom } from '../../subgraphs/random.ts';
import type { ReceivedRequest } from '../support/fake-subgraph.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { type RestBackend, startRestBackend } from '../support/rest-backend.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const secret = 'a secret of more than thirty-two bytes';
const issuer = { issuer: 'https://login.example.com/', audience: 'shop', secret };
const people = ['ada', 'bob', 'nobody'] as const;
type Person = (typeof people)[number];

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@requiresScopes"])
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION`;

/** Each document, and what it answers to whom; in one of them a part is withheld from all but one. */
const documents: readonly (readonly [query: string, answerTo: (person: Person) => unknown])[] = [
  ['{ me { id name notes } }', (person) => ({ me: { id: '1', name: person, notes: [`${person}'s`] } })],
  ['{ say(text: "x") }', (person) => ({ say: `${person}: x` })],
  ['query Q($t: String) { say(text: $t) }', (person) => ({ say: `${person}: y` })],
  ['{ profile { owner } me { notes } }', (person) => ({ profile: { owner: person }, me: { notes: [`${person}'s`] } })],
  ['{ me { name email } }', (person) => ({ me: { name: person, email: person === 'ada' ? 'ada@home' : null } })],
];

const random = createRandom(20_260_301);
let folder: TemporaryFolder;
let services: readonly [ServedSubgraph, ServedSubgraph];
let backend: RestBackend;
let gateway: TestGateway;
let headersOf: Readonly<Record<Person, Readonly<Record<string, string>>>>;
const counts = { joined: 0, known: 0, unknown: 0 };

beforeAll(async () => {
  folder = await createTemporaryFolder();
  headersOf = { ada: await tokenOf('ada', 'profile'), bob: await tokenOf('bob', 'other'), nobody: {} };
  const users = await serveSubgraph({
    name: 'users',
    sdl: `${link}
      type Query { me: User  say(text: String): String }
      type User @key(fields: "id") { id: ID!  name: String  email: String @requiresScopes(scopes: [["profile"]]) }`,
    resolvers: {
      Query: {
        me: () => ({ id: '1', name: '@caller', email: '@caller@home' }),
        say: (_: unknown, { text }: { text: string }) => `@caller: ${text}`,
      },
    },
  });
  const notes = await serveSubgraph({
    name: 'notes',
    sdl: `${link} type User @key(fields: "id") { id: ID!  notes: [String] }`,
    resolvers: { User: { __resolveReference: (key: object) => ({ ...key, notes: ["@caller's"] }) } },
  });
  services = [users, notes];
  answerAs(users, ({ headers }) => String(headers['x-user'] ?? 'nobody'));
  answerAs(notes, ({ headers }) => personOf(headers.authorization));
  backend = await startRestBackend(({ headers }) => ({ json: { owner: personOf(headers.authorization) } }));
  const schema = await folder.write(
    'profiles.graphql',
    'type Query { profile: Profile @rest(path: "/profile") } type Profile { owner: String }',
  );
  const config = toConfig({
    graph: {
      subgraphs: {
        users: { kind: 'federation', url: users.url },
        notes: { kind: 'federation', url: notes.url },
        profiles: { kind: 'rest', url: backend.url, schema },
      },
    },
    identity: { jwt: [issuer], onward: { rules: [{ headers: { 'x-user': 'sub' }, subgraphs: ['users'] }] } },
    authorization: { mode: 'filter' },
    headers: {
      toSubgraphs: [{ propagate: ['authorization'], subgraphs: ['notes', 'profiles'] }],
      toClients: [{ propagate: ['x-owner'] }],
    },
    limits: { batch: 10 },
  });
  gateway = await startTestGateway(config, {
    ...noTelemetry,
    fetchEnded: ({ deduped }) => {
      counts.joined += Number(deduped);
    },
    operationCacheAsked: (hit) => {
      counts[hit ? 'known' : 'unknown'] += 1;
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([...services, backend].map(({ close }) => close()));
  await folder.remove();
});

async function tokenOf(subject: string, scope: string): Promise<Readonly<Record<string, string>>> {
  const token = await new SignJWT({ scope })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer.issuer)
    .setAudience('shop')
    .setSubject(subject)
    .setExpirationTime('5m')
    .sign(Buffer.from(secret));
  return { authorization: `Bearer ${token}` };
}

function personOf(authorization: string | undefined): Person {
  return people.find((person) => headersOf[person]['authorization'] === authorization) ?? 'nobody';
}

/** Makes a service answer, after a while, as if all that it has were the caller's. */
function answerAs(service: ServedSubgraph, callerOf: (request: ReceivedRequest) => string): void {
  service.behave((response: ServerResponse, request) => {
    const caller = callerOf(request);
    const answer = service.changed((whole) => JSON.parse(JSON.stringify(whole).replaceAll('@caller', caller)));
    response.setHeader('x-owner', caller);
    setTimeout(() => answer(response, request), random.integer(0, 3));
  });
}

/** Sends a document in one of the ways in which it can be sent; gives the answers to it. */
async function send(way: 'text' | 'hash' | 'get' | 'batch', query: string, headers: Readonly<Record<string, string>>) {
  const variables = { t: 'y' };
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  const body = {
    text: { query, variables },
    hash: { variables, extensions },
    batch: [
      { query, variables },
      { query, variables, extensions },
    ],
    get: undefined,
  }[way];
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  const sent = { accept: 'application/json', 'content-type': 'application/json', ...headers };
  const response =
    body === undefined
      ? await fetch(`${gateway.url}?${search}`, { headers: sent })
      : await fetch(gateway.url, { method: 'POST', headers: sent, body: JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, owner: response.headers.get('x-owner'), text, answers: [JSON.parse(text)].flat() };
}

it('sees each only what is its own, through every cache and every joined fetch', async () => {
  const { ada } = headersOf;
  for (const [query] of documents) {
    const [registered] = (await send('batch', query, ada)).answers;
    expect(registered.errors).toBeUndefined();
  }
  // The same claims under another signature are not the token that was verified before.
  const forged = { authorization: `${ada['authorization']?.slice(0, -6)}AAAAAA` };
  for (let burst = 0; burst < 6; burst += 1) {
    const asked = Array.from({ length: 30 }, () => {
      const [query, answerTo] = random.pick(documents);
      return {
        person: random.pick(people),
        way: random.pick(['text', 'hash', 'get', 'batch'] as const),
        query,
        answerTo,
      };
    });
    const [{ status: refused }] = await Promise.all([
      send('hash', random.pick(documents)[0], forged),
      ...asked.map(async ({ person, way, query, answerTo }) => {
        const { status, owner, text, answers } = await send(way, query, headersOf[person]);
        expect({ status, owner }).toEqual({ status: 200, owner: person });
        expect(answers).toHaveLength(way === 'batch' ? 2 : 1);
        for (const { data, errors } of answers) {
          expect(data).toEqual(answerTo(person));
          const withheld = query.includes('email') && person !== 'ada';
          expect(errors?.map(({ path }: { path: string[] }) => path.join('.'))).toEqual(
            withheld ? ['me.email'] : undefined,
          );
        }
        for (const other of people) if (other !== person) expect(text).not.toContain(other);
      }),
    ]);
    expect(refused).toBe(401);
  }
  expect(counts.joined).toBeGreaterThan(20);
  expect(counts.unknown).toBe(documents.length);
  expect(counts.known).toBeGreaterThan(150);
  const emails = services[0].requests.filter(({ body }) => body.includes('email'));
  expect(new Set(emails.map(({ headers }) => headers['x-user']))).toEqual(new Set(['ada']));
  expect(services[0].requests.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
});
