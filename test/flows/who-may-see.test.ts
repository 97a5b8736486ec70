import { createHash } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Federation, startFederation } from '../support/federation.ts';
import type { Sections } from '../support/gateway.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const secret = 'a secret of more than thirty-two bytes';
const identity = { jwt: [{ issuer: 'https://login.example.com/', audience: 'shop', secret }] };
const places = 'on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM';

const accounts = {
  sdl: `extend schema @link(
      url: "https://specs.apollo.dev/federation/v2.9"
      import: ["@key", "@requiresScopes", { name: "@authenticated", as: "@signedIn" }]
    )
    directive @signedIn ${places}
    directive @requiresScopes(scopes: [[String!]!]!) ${places}
    type Query { open: String me: User @signedIn users: [User!]! node: Node search: [Found!]! top(from: Level): [User!] }
    type Mutation { erase: Boolean @signedIn }
    type Subscription { changed: User @signedIn }
    interface Node { id: ID! secret: String }
    type User implements Node @key(fields: "id") { id: ID! name: String secret: String email: String phone: String @requiresScopes(scopes: [["pii"]]) }
    type Vault implements Node @signedIn { id: ID! secret: String }
    union Found = User | Vault
    enum Level @requiresScopes(scopes: [["pii"]]) { HIGH LOW }`,
  resolvers: (() => {
    const ada = { __typename: 'User', id: '1', name: 'Ada', secret: 's', email: 'ada@example.com', phone: '7' };
    const lists = { users: () => [ada], search: () => [ada], top: () => [ada] };
    return {
      Query: { open: () => 'yes', me: () => ada, node: () => ada, ...lists },
      Mutation: { erase: () => true },
      User: { __resolveReference: () => ada },
    };
  })(),
};

const billing = {
  sdl: `extend schema @link(
      url: "https://specs.apollo.dev/federation/v2.9"
      import: ["@key", "@requires", "@external", "@policy"]
    )
    directive @policy(policies: [[String!]!]!) ${places}
    type User @key(fields: "id") {
      id: ID!
      email: String @external
      addressee: String @requires(fields: "email")
      iban: Iban
      plan: String
    }
    scalar Iban @policy(policies: [["finance", "read"]])`,
  resolvers: {
    User: {
      iban: () => 'DE00',
      plan: () => 'gold',
      addressee: ({ email }: { email: string }) => `To ${email}`,
    },
  },
};

const letters = {
  sdl: `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@external"])
    type User @key(fields: "id") { id: ID! addressee: String @external greeting: String @requires(fields: "addressee") }`,
  resolvers: { User: { greeting: ({ addressee }: { addressee: string }) => `Dear ${addressee}` } },
};

/** What composers do not let directives say: rules on interfaces, and on what open fields are computed from. */
const rules = ['Node.secret', 'User.email'].map((fields) => ({ fields, when: "'pii' in identity.scopes" }));

interface Guarded {
  readonly query: string;
  /** The path that is denied to nobody in particular. */
  readonly stranger: string;
  /** The path that is denied to a user without scopes and roles; `undefined` when it is answered. */
  readonly user?: string;
}

/** Everything that not everybody may ask. */
const operations: Readonly<Record<string, Guarded>> = {
  'a field behind a renamed directive': { query: '{ open me { id } }', stranger: 'me' },
  'an alias': { query: '{ open friendly: me { id } }', stranger: 'friendly' },
  'a type of a union': { query: '{ search { ... on User { id } __typename } }', stranger: 'search.__typename' },
  'a field of an interface': { query: '{ node { id secret } }', stranger: 'node', user: 'node.secret' },
  ...Object.fromEntries(
    (
      [
        ['a field that its interface guards', '{ users { secret } }', 'users.secret'],
        ['a field with scopes', '{ users { phone } }', 'users.phone'],
        ['a field in a fragment', '{ users { ...F } } fragment F on User { id ... on User { x: phone } }', 'users.x'],
        ['an argument of a guarded enum', '{ top(from: HIGH) { id } }', 'top'],
        ['a field of an entity in another subgraph', '{ users { plan iban } }', 'users.iban'],
        ['a field that is computed from a guarded one', '{ users { addressee } }', 'users.addressee'],
        ['a field that is computed from a computed one', '{ users { greeting } }', 'users.greeting'],
        ['a field beside introspection', '{ __schema { queryType { name } } users { phone } }', 'users.phone'],
        [
          'one of two fields of one key',
          '{ users { id } users { ... on Node { ... on User { email } } } }',
          'users.email',
        ],
      ] as const
    ).map(([name, query, path]) => [name, { query, stranger: path, user: path }]),
  ),
};

const filtered = '{ users { id email addressee iban plan } }';

let folder: TemporaryFolder;
let running: Federation<'accounts' | 'billing' | 'letters'> | undefined;

async function start(authorization: object = {}): Promise<void> {
  folder = await createTemporaryFolder();
  const wasm = path.join(folder.path, 'policy.wasm');
  await copyFile(path.join(import.meta.dirname, '../gateway/policy/authorization/rego/policy.wasm'), wasm);
  const data = await folder.write('data.json', JSON.stringify({ roles: { accountant: ['finance', 'read'] } }));
  const documents = Object.entries(operations).map(([name, { query }]) => [name, query]);
  const manifest = Object.fromEntries([...documents, ['filtered', filtered]]);
  const rego = { wasm, data, entrypoint: 'graph/allow', timeout: '5s' };
  const sections: Sections = {
    identity,
    authorization: { policies: { rego }, rules, ...authorization },
    documents: { mode: 'audit', manifest: await folder.write('documents.json', JSON.stringify(manifest)) },
    limits: { batch: 10 },
  };
  running = await startFederation({ subgraphs: { accounts, billing, letters }, sections });
}

async function stop(): Promise<void> {
  await running?.stop();
  running = undefined;
  await folder.remove();
}

const url = () => running?.url ?? '';
const subgraphs = () => Object.values(running?.subgraphs ?? {});

/** How many requests the subgraphs have seen in all. */
const fetches = () => subgraphs().reduce((sum, { requests }) => sum + requests.length, 0);

async function tokenOf(claims: object): Promise<Record<string, string>> {
  const token = await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('https://login.example.com/')
    .setAudience('shop')
    .setSubject('ada')
    .setExpirationTime('5m')
    .sign(Buffer.from(secret));
  return { authorization: `Bearer ${token}` };
}

interface Sent {
  readonly name: string;
  readonly query: string;
  readonly headers: Record<string, string>;
}

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions: { readonly code: string; readonly paths?: readonly string[] } }[];
}

const accept = 'application/graphql-response+json';

async function post(body: unknown, headers: Record<string, string>): Promise<string> {
  const all = { 'content-type': 'application/json', accept, ...headers };
  return await (await fetch(url(), { method: 'POST', headers: all, body: JSON.stringify(body) })).text();
}

async function get(params: Readonly<Record<string, string>>, headers: Record<string, string>): Promise<string> {
  return await (await fetch(`${url()}?${new URLSearchParams(params)}`, { headers: { accept, ...headers } })).text();
}

const persisted = (query: string) => ({
  persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') },
});

/** All ways in; each gives the answer to the one operation. */
const doors: Readonly<Record<string, (sent: Sent) => Promise<Body>>> = {
  POST: async ({ query, headers }) => JSON.parse(await post({ query }, headers)),
  GET: async ({ query, headers }) => JSON.parse(await get({ query }, headers)),
  'an entry of a batch': async ({ query, headers }) =>
    JSON.parse(await post([{ query: '{ __typename }' }, { query }], headers))[1],
  'a stream of events': async ({ query, headers }) => {
    const text = await post({ query }, { ...headers, accept: 'text/event-stream' });
    return JSON.parse(/^data: ?(\{.*)$/m.exec(text)?.[1] ?? text);
  },
  'a persisted document': async ({ name, headers }) => JSON.parse(await post({ documentId: name }, headers)),
  'a persisted document by GET': async ({ name, headers }) => JSON.parse(await get({ documentId: name }, headers)),
  'the hash of a registered text': async ({ query, headers }) => {
    await post({ query, extensions: persisted(query) }, headers);
    return JSON.parse(await post({ extensions: persisted(query) }, headers));
  },
};

const refusalOf = ({ data, errors = [] }: Body) => ({ data, ...errors[0]?.extensions });

describe('what not everybody may see', () => {
  beforeAll(() => start());
  afterAll(stop);

  it.each(Object.entries(doors))(
    'is refused through %s before anything is fetched, also after others saw it',
    async (_, ask) => {
      const rich = await tokenOf({ scope: 'pii', roles: ['accountant'] });
      const poor = await tokenOf({});
      for (const [name, { query, stranger, user }] of Object.entries(operations)) {
        const seen = await ask({ name, query, headers: rich });
        expect(seen.errors, name).toBeUndefined();
        expect(JSON.stringify(seen.data), name).not.toContain('null');

        const before = fetches();
        const unknown = refusalOf(await ask({ name, query, headers: {} }));
        expect(unknown, name).toEqual({ data: undefined, code: 'UNAUTHENTICATED', paths: [stranger] });
        expect(fetches(), name).toBe(before);
        const known = await ask({ name, query, headers: poor });
        if (user === undefined) expect(known, name).toEqual(seen);
        else {
          expect(refusalOf(known), name).toEqual({ data: undefined, code: 'FORBIDDEN', paths: [user] });
          expect(fetches(), name).toBe(before);
        }
      }
    },
  );

  it('is refused in mutations and subscriptions too, and through nothing of federation itself', async () => {
    const before = fetches();
    for (const query of ['mutation { erase }', 'mutation { ok: erase }']) {
      expect(refusalOf(JSON.parse(await post({ query }, {})))).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    const events = await post({ query: 'subscription { changed { id } }' }, { accept: 'text/event-stream' });
    expect(events).toContain('"UNAUTHENTICATED"');
    const entities = '{ _entities(representations: [{ __typename: "User", id: 1 }]) { ... on User { email } } }';
    for (const query of [entities, '{ _service { sdl } }']) {
      expect(refusalOf(JSON.parse(await post({ query }, {})))).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    }
    expect(fetches()).toBe(before);
  });

  it('stays refused to one while another is answered at the same time', async () => {
    const people = await Promise.all([tokenOf({ scope: 'pii' }), tokenOf({}), {}]);
    const query = '{ users { id email addressee } }';
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => post({ query }, people[index % 3] ?? {})),
    );
    answers.forEach((text, index) => {
      expect(text.includes('ada@example.com')).toBe(index % 3 === 0);
    });
  });
});

describe('what not everybody may see, where it is filtered', () => {
  beforeAll(() => start({ mode: 'filter' }));
  afterAll(stop);

  it.each(Object.entries(doors))('is null in its place through %s, and never fetched', async (_, ask) => {
    const sent = { name: 'filtered', query: filtered };
    const whole = await ask({ ...sent, headers: await tokenOf({ scope: 'pii', roles: ['accountant'] }) });
    const user = { id: '1', email: 'ada@example.com', addressee: 'To ada@example.com', iban: 'DE00', plan: 'gold' };
    expect(whole).toEqual({ data: { users: [user] } });

    for (const { requests } of subgraphs()) requests.length = 0;
    const answer = await ask({ ...sent, headers: {} });
    expect(answer.data).toEqual({ users: [{ ...user, email: null, addressee: null, iban: null }] });
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
    const asked = subgraphs().flatMap(({ requests }) => requests.map(({ body }) => body));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.join()).not.toMatch(/email|addressee|iban/);
  });
});

describe('a Rego policy of a running gateway', () => {
  afterEach(stop);

  it('is read again when its data changes, without a restart', async () => {
    await start();
    const headers = await tokenOf({ roles: ['clerk'] });
    const ask = async () => refusalOf(JSON.parse(await post({ query: '{ users { iban } }' }, headers)));
    expect(await ask()).toMatchObject({ code: 'FORBIDDEN', paths: ['users.iban'] });
    await folder.write('data.json', JSON.stringify({ roles: { clerk: ['finance', 'read'] } }));
    await vi.waitFor(async () => expect(await ask()).toEqual({ data: { users: [{ iban: 'DE00' }] } }), 5_000);
    await folder.write('data.json', '{');
    await vi.waitFor(() => expect(running?.lines?.map(({ level }) => level)).toContain('error'), 5_000);
    expect(await ask()).toEqual({ data: { users: [{ iban: 'DE00' }] } });
  });

  it('must be there when the gateway starts', async () => {
    const policies = { rego: { wasm: '/nowhere.wasm' } };
    await expect(start({ policies })).rejects.toThrow('/nowhere.wasm cannot be read');
  });
});
