import { SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Explained, ExplainedAnswer } from '../../console/explained.ts';
import { type Federation, type FederationOptions, startFederation } from '../support/federation.ts';
import type { Sections } from '../support/gateway.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const secret = 'a secret of more than thirty-two bytes';
const issuer = { issuer: 'https://login.example.com/', audience: 'shop', secret };
const link = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@authenticated", "@requiresScopes"])
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
  directive @authenticated on FIELD_DEFINITION`;
const ada = { id: '1', name: 'Ada', email: 'ada@home' };
type Name = 'users' | 'posts';
const subgraphs: FederationOptions<Name>['subgraphs'] = {
  users: {
    sdl: `${link}
      type Query { me: User users(first: Int): [User] teams: [[Team!]!] }
      type Team { lead: Lead! }
      type Lead { name: String! secret: String! @requiresScopes(scopes: [["pii"]]) }
      type Mutation { rename(to: String!): User }
      type Subscription { online: User }
      type User @key(fields: "id") { id: ID! name: String email: String @requiresScopes(scopes: [["pii"]]) }`,
    resolvers: {
      Query: { me: () => ada, users: () => [ada] },
      Mutation: { rename: () => ada },
      User: { __resolveReference: () => ada },
    },
  },
  posts: {
    sdl: `${link} type User @key(fields: "id") { id: ID! posts: Int karma: Int @authenticated }`,
    resolvers: { User: { posts: () => 7, karma: () => 3 } },
  },
};

async function tokenOf(scope: string): Promise<string> {
  return await new SignJWT({ scope })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer.issuer)
    .setAudience(issuer.audience)
    .setSubject('ada')
    .setExpirationTime('5m')
    .sign(Buffer.from(secret));
}

interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly explained: Explained;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** Asks how an operation would be answered. */
async function explain(
  gateway: Pick<Federation<Name>, 'url'>,
  body: Readonly<Record<string, unknown>> | string,
  init: RequestInit = {},
): Promise<Told> {
  const response = await fetch(`${gateway.url}/explain`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers },
  });
  const answer = JSON.parse(await response.text());
  return { status: response.status, headers: response.headers, explained: answer, errors: answer.errors };
}

const codesOf = ({ status, errors = [] }: Told) => [status, ...errors.map(({ extensions }) => extensions.code)];
const fetchesOf = (plan: Explained['plan']) => plan?.waves.flat().filter((step) => step.kind === 'fetch') ?? [];

describe('an operation that is being written', () => {
  let gateway: Federation<Name>;
  beforeAll(async () => {
    gateway = await startFederation({
      subgraphs,
      sections: {
        queryPlan: true,
        identity: { jwt: [issuer] },
        authorization: { mode: 'filter' },
        cost: { limit: 40, subgraphs: { users: 45 } },
      },
    });
    return () => gateway.stop();
  });
  const queriesSeen = () => gateway.subgraphs.users.requests.length + gateway.subgraphs.posts.requests.length;

  it('is explained as it would be answered to who asks, and nothing of it runs', async () => {
    const before = queriesSeen();
    const authorization = `Bearer ${await tokenOf('dev')}`;
    const told = await explain(
      gateway,
      { query: 'query Me { me { name email posts karma } }' },
      { headers: { authorization } },
    );
    expect([told.status, told.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(told.explained).toMatchObject({
      operation: { kind: 'query', name: 'Me' },
      problems: [],
      refusals: [],
      plan: {
        fetches: 2,
        waves: [
          [{ subgraph: 'users', after: [] }],
          [{ subgraph: 'posts', after: [1], entities: [{ types: ['User'], at: 'me', key: '{ id }' }] }],
        ],
      },
      cost: {
        estimated: 1,
        limit: 40,
        fields: [{ responseName: 'me', depth: 0, cost: 1 }, { responseName: 'name', depth: 1 }, {}, {}, {}],
      },
      access: {
        identity: { kind: 'jwt', subject: 'ada', scopes: ['dev'] },
        denied: 'nulled',
        places: [
          {
            path: 'me.email',
            allowed: false,
            demands: [{ requirement: '@requiresScopes(scopes: [["pii"]])', met: false, from: ['users'] }],
          },
          { path: 'me.karma', allowed: true, demands: [{ requirement: '@authenticated', met: true, from: ['posts'] }] },
        ],
      },
    });
    expect(JSON.stringify(told.explained.plan)).not.toContain('email');
    const mutation = await explain(gateway, { query: 'mutation { rename(to: "Eva") { name } }' });
    expect(mutation.explained.cost).toMatchObject({ base: 10, estimated: 11 });
    const event = await explain(gateway, { query: 'subscription { online { name posts } }' });
    expect(event.explained.plan).toMatchObject({ kind: 'subscription', fetches: 2 });
    expect(queriesSeen()).toBe(before);
  });

  it('is told what is wrong with it in sentences, and where', async () => {
    const notRead = await explain(gateway, { query: '{ me { nam' });
    expect(notRead.status).toBe(200);
    expect(notRead.explained).toEqual({
      problems: [{ code: 'GRAPHQL_PARSE_FAILED', message: expect.any(String), locations: [{ line: 1, column: 11 }] }],
      refusals: [],
    });
    const wrong = await explain(gateway, { query: '{ me {\n nam\n age } }' });
    expect(wrong.explained.problems).toMatchObject([
      { code: 'GRAPHQL_VALIDATION_FAILED', message: expect.stringContaining('"nam"'), locations: [{ line: 2 }] },
      { message: expect.stringContaining('"age"'), locations: [{ line: 3 }] },
    ]);
    const query = 'query($first: Int!, $all: Boolean = true) { users(first: $first) { posts @include(if: $all) } }';
    const { problems, plan, cost } = (await explain(gateway, { query })).explained;
    expect(problems).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringContaining('$first') }]);
    expect([plan?.fetches, cost?.estimated]).toEqual([2, 10]);
    const given = await explain(gateway, { query, variables: { first: 3, all: false } });
    expect([given.explained.plan?.fetches, given.explained.cost?.estimated]).toEqual([1, 3]);
  });

  it('is told why it would be refused, with its plan all the same', async () => {
    const dear = await explain(gateway, { query: '{ users(first: 50) { posts } }' });
    expect(dear.explained).toMatchObject({
      refusals: [{ code: 'COST_LIMIT_EXCEEDED', message: expect.stringContaining('50, and 40 is allowed') }],
      plan: { fetches: 2 },
      cost: { estimated: 50, subgraphs: [{ subgraph: 'users', estimated: 50, limit: 45 }] },
    });
  });

  it('is told what null takes with it where something is denied', async () => {
    const of = async (query: string) =>
      (await explain(gateway, { query })).explained.access?.places.map(({ path, nullAt }) => [path, nullAt]);
    expect(await of('{ me { email } }')).toEqual([['me.email', undefined]]);
    expect(await of('{ teams { ...T } } fragment T on Team { boss: lead { ... { secret name } } }')).toEqual([
      ['teams.boss.secret', 'teams'],
    ]);
    expect(await of('{ teams { lead { name } } }')).toEqual([]);
  });

  it('needs no plan when the gateway answers it by itself', async () => {
    const own = await explain(gateway, { query: '{ __schema { queryType { name } } }' });
    expect([own.explained.plan, own.explained.noPlan]).toEqual([undefined, expect.stringContaining('by itself')]);
  });

  it.each<[string, Parameters<typeof explain>[1], RequestInit, readonly (number | string)[]]>([
    [
      'credentials that are not accepted',
      { query: '{ me { name } }' },
      { headers: { authorization: 'Bearer x' } },
      [401, 'UNAUTHENTICATED'],
    ],
    [
      'a foreign page',
      { query: '{ me { name } }' },
      { headers: { 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site' } },
      [403, 'CSRF_PREVENTION_FAILED'],
    ],
    ['a body that is not JSON', '{', {}, [400, 'BAD_REQUEST']],
    ['another content type', '{}', { headers: { 'content-type': 'text/html' } }, [415, 'UNSUPPORTED_MEDIA_TYPE']],
    ['a body that is too large', { query: ' '.repeat(2_000_000) }, {}, [413, 'PAYLOAD_TOO_LARGE']],
    ['several operations', JSON.stringify([{ query: '{ me { name } }' }]), {}, [400, 'BAD_REQUEST']],
    ['another method', '', { method: 'PUT' }, [405, 'METHOD_NOT_ALLOWED']],
    ['a question of another origin', '', { method: 'OPTIONS' }, [405, 'METHOD_NOT_ALLOWED']],
  ])('refuses %s', async (_what, body, init, expected) => {
    const told = await explain(gateway, body, init);
    expect(codesOf(told)).toEqual(expected);
    expect(told.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('extensions.explained', () => {
  let gateway: Federation<Name>;
  beforeAll(async () => {
    gateway = await startFederation({
      subgraphs,
      sections: { queryPlan: { scopes: ['dev'] }, identity: { jwt: [issuer] } },
    });
    return () => gateway.stop();
  });
  afterEach(() => gateway.subgraphs.posts.behave(gateway.subgraphs.posts.healthy));

  async function run(
    query: string,
    scope: string,
    headers: Readonly<Record<string, string>> = { 'x-overlock-explain': '1' },
  ) {
    const authorization = `Bearer ${await tokenOf(scope)}`;
    const answer = await gateway.ask(query, undefined, { headers: { authorization, ...headers } });
    const { extensions } = JSON.parse(answer.text) as { extensions?: { explained?: ExplainedAnswer } };
    return { ...answer, explained: extensions?.explained, extensions };
  }

  it('tells how each fetch went, and what the answer cost, to who asks and may know', async () => {
    const { data, explained, headers } = await run('{ users { name posts } }', 'dev');
    expect(data).toEqual({ users: [{ name: 'Ada', posts: 7 }] });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(explained?.cost).toEqual({ estimated: 10, actual: 1 });
    const [users, posts] = fetchesOf(explained?.plan);
    const went = { durationMs: expect.any(Number), bytes: expect.any(Number), errorCount: 0, errors: [] };
    expect(users).toMatchObject({ subgraph: 'users', timing: { ...went, entities: 0 } });
    expect(posts).toMatchObject({ subgraph: 'posts', timing: { ...went, entities: 1 } });
    const { startMs = 0, durationMs = 0 } = users?.timing ?? {};
    expect(posts?.timing?.startMs).toBeGreaterThanOrEqual(startMs + durationMs);
  });

  it('tells of errors what clients may see of them', async () => {
    const { posts } = gateway.subgraphs;
    posts.behave(
      posts.changed(() => ({ data: { _entities: [null] }, errors: [{ message: 'secret', path: ['_entities', 0] }] })),
    );
    const failed = await run('{ me { posts } }', 'dev');
    expect(fetchesOf(failed.explained?.plan)[1]?.timing).toMatchObject({
      errorCount: 1,
      errors: [{ code: 'SUBGRAPH_ERROR', message: 'The subgraph "posts" answered with an error.' }],
    });
    posts.behave((response) => void response.writeHead(500).end());
    const broken = await run('{ me { posts } }', 'dev');
    expect(fetchesOf(broken.explained?.plan)[1]?.timing).toMatchObject({ errors: [{ code: 'SUBGRAPH_HTTP_ERROR' }] });
    expect(failed.text + broken.text).not.toContain('secret');
  });

  it('has fetches of its own where equal queries share theirs', async () => {
    const { users } = gateway.subgraphs;
    const before = users.requests.length;
    const answers = await Promise.all([
      run('{ me { name } }', 'dev'),
      run('{ me { name } }', 'dev'),
      run('{ me { name } }', 'dev', {}),
      run('{ me { name } }', 'dev', {}),
    ]);
    expect(answers.map(({ explained }) => fetchesOf(explained?.plan).filter(({ timing }) => timing).length)).toEqual([
      1, 1, 0, 0,
    ]);
    expect(users.requests.length - before).toBeGreaterThanOrEqual(1);
  });

  it.each([
    ['who may not know', 'pii', { 'x-overlock-explain': '1' }],
    ['who does not ask', 'dev', {}],
    ['who asks by another value', 'dev', { 'x-overlock-explain': 'yes' }],
  ])('is not there for %s', async (_who, scope, headers) => {
    expect(
      (await run('{ me { name } }', scope, headers as Readonly<Record<string, string>>)).extensions,
    ).toBeUndefined();
  });
});

describe('who may have operations explained', () => {
  async function startWith(sections: Sections): Promise<Federation<Name>> {
    const gateway = await startFederation({ subgraphs, sections });
    gateways.push(gateway);
    return gateway;
  }
  const gateways: Federation<Name>[] = [];
  afterEach(async () => {
    await Promise.all(gateways.splice(0).map((one) => one.stop()));
  });
  const body = { query: '{ me { name } }' };

  it('is nobody unless the configuration says so, which the refusal names', async () => {
    const told = await explain(await startWith({}), body);
    expect(codesOf(told)).toEqual([403, 'FORBIDDEN']);
    expect(told.errors?.[0]?.message).toContain('Set "queryPlan: true"');
  });

  it('is nobody where there is no GraphiQL: there is nothing at the path then', async () => {
    const gateway = await startWith({ queryPlan: true, graphiql: { enabled: false } });
    expect(codesOf(await explain(gateway, body))).toEqual([404, 'NOT_FOUND']);
    const scripts = await fetch(`${gateway.url}/app/graphiql/main.js`);
    expect(scripts.status).toBe(404);
    const answer = await gateway.ask(body.query, undefined, { headers: { 'x-overlock-explain': '1' } });
    expect(answer.text).not.toContain('extensions');
  });

  it('is who has one of the scopes', async () => {
    const gateway = await startWith({ queryPlan: { scopes: ['dev'] }, identity: { jwt: [issuer] } });
    const as = async (scope: string) => ({ headers: { authorization: `Bearer ${await tokenOf(scope)}` } });
    expect(codesOf(await explain(gateway, body))).toEqual([403, 'FORBIDDEN']);
    expect(codesOf(await explain(gateway, body, await as('pii')))).toEqual([403, 'FORBIDDEN']);
    expect(codesOf(await explain(gateway, body, await as('dev')))).toEqual([200]);
  });

  it('is who asks no more often than clients may, though what does not run costs next to nothing', async () => {
    const rules = [
      { per: 'gateway', limit: '3/hour' },
      { per: 'gateway', limit: '50/hour', unit: 'cost' },
      { per: 'gateway', limit: '1/hour', fields: 'Query.users' },
    ];
    const gateway = await startWith({ queryPlan: true, rateLimit: { rules } });
    const dear = { query: '{ users(first: 40) { name } }' };
    expect(codesOf(await explain(gateway, dear))).toEqual([200]);
    expect(codesOf(await explain(gateway, dear))).toEqual([200]);
    expect((await gateway.ask(dear.query)).errors).toEqual([]);
    const last = await explain(gateway, dear);
    expect(codesOf(last)).toEqual([429, 'RATE_LIMITED']);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('may ask of trusted documents only, where no others are run', async () => {
    const folder = await createTemporaryFolder();
    const manifest = await folder.write('documents.json', JSON.stringify({ known: '{ me { id } }' }));
    const gateway = await startWith({ queryPlan: true, documents: { mode: 'enforce', manifest } });
    expect(codesOf(await explain(gateway, { documentId: 'known' }))).toEqual([200]);
    expect(codesOf(await explain(gateway, body))).toEqual([400, 'TRUSTED_DOCUMENT_REQUIRED']);
    await folder.remove();
  });

  it('sees that the stitched engine makes no plans, and what it costs', async () => {
    const gateway = await startWith({ queryPlan: true, engine: 'stitched' });
    const { explained } = await explain(gateway, body);
    expect(explained.plan).toBeUndefined();
    expect(explained.noPlan).toContain('engine: compiled');
    expect(explained.cost).toMatchObject({ estimated: 1 });
  });

  it('sees that a whole operation would be refused', async () => {
    const gateway = await startWith({ queryPlan: true });
    const { explained } = await explain(gateway, { query: '{ me { name email } }' });
    expect(explained).toMatchObject({
      refusals: [{ code: 'UNAUTHENTICATED', message: expect.stringContaining('"me.email"') }],
      access: { denied: 'refused', identity: { kind: 'anonymous' } },
      plan: { fetches: 1 },
    });
  });
});
