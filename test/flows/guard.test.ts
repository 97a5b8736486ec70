import { createHash } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const secret = 'a secret of more than thirty-two bytes';
const issuer = { issuer: 'https://login.example.com/', audience: 'shop', secret, tier: 'plan' };

const sdl = `extend schema @link(
    url: "https://specs.apollo.dev/federation/v2.9"
    import: ["@key", "@authenticated", "@requiresScopes", "@cost", "@listSize"]
  )
  directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
  type Query {
    open: String
    me: User @authenticated
    users(first: Int): [User!] @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)
  }
  type Mutation { login(name: String): String }
  type User @key(fields: "id") { id: ID! email: String @requiresScopes(scopes: [["profile:read"], ["admin"]]) }`;

describe('the guarded edge', () => {
  let service: ServedSubgraph;
  let gateway: TestGateway | undefined;
  beforeAll(async () => {
    const user = { id: '1', email: 'ada@example.com' };
    service = await serveSubgraph({
      name: 'users',
      sdl,
      resolvers: { Query: { open: () => 'yes', me: () => user, users: () => [user] }, Mutation: { login: () => 'in' } },
    });
    return () => service.close();
  });
  afterEach(async () => {
    await gateway?.stop();
    gateway = undefined;
  });

  async function start(sections: Record<string, unknown>): Promise<TestGateway> {
    const users = { kind: 'federation', url: service.url };
    gateway = await startTestGateway(toConfig({ graph: { subgraphs: { users } }, ...sections }));
    service.requests.length = 0;
    return gateway;
  }

  async function tokenOf(claims: Record<string, unknown>, subject = 'ada'): Promise<RequestInit> {
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer.issuer)
      .setAudience('shop')
      .setSubject(subject)
      .setExpirationTime('5m')
      .sign(Buffer.from(secret));
    return { headers: { authorization: `Bearer ${token}` } };
  }

  const codesOf = ({ errors }: { errors: readonly { extensions: Record<string, unknown> }[] }) =>
    errors.map(({ extensions }) => extensions['code']);

  it('enforces the directives of the supergraph without any configuration', async () => {
    const { ask } = await start({});
    const refused = await ask('{ open me { id } }');
    expect([refused.status, codesOf(refused)]).toEqual([401, ['UNAUTHENTICATED']]);
    expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    expect(service.requests).toEqual([]);
    expect((await ask('{ open }')).data).toEqual({ open: 'yes' });
  });

  it('lets verified identities see what their scopes allow, by POST and by GET', async () => {
    const { ask, url } = await start({ identity: { jwt: [issuer] } });
    const query = '{ me { id email } }';
    const poor = await ask(query, undefined, await tokenOf({}));
    expect([poor.status, codesOf(poor)]).toEqual([403, ['FORBIDDEN']]);
    expect(service.requests).toEqual([]);
    const rich = await tokenOf({ scope: 'profile:read x' });
    expect((await ask(query, undefined, rich)).data).toEqual({ me: { id: '1', email: 'ada@example.com' } });
    const got = await fetch(`${url}?query=${encodeURIComponent(query)}`, await tokenOf({}));
    expect(got.status).toBe(403);
  });

  it('never takes bad credentials for anonymous', async () => {
    const { ask } = await start({ identity: { jwt: [issuer] } });
    const forged = await ask('{ open }', undefined, { headers: { authorization: 'Bearer a.b.c' } });
    expect([forged.status, codesOf(forged)]).toEqual([401, ['UNAUTHENTICATED']]);
    expect(service.requests).toEqual([]);
  });

  it('withholds forbidden parts in filter mode, and does not fetch them', async () => {
    const { ask } = await start({ authorization: { mode: 'filter' } });
    const answer = await ask('{ open me { id } users(first: 1) { id email } }');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('"data":{"open":"yes","me":null,"users":[{"id":"1","email":null}]}');
    expect(answer.errors.map(({ path: place }) => place?.join('.'))).toEqual(['me', 'users.0.email']);
    expect(JSON.stringify(service.requests.map(({ json }) => json))).not.toContain('email');
    const nothing = await ask('{ me { id } }');
    expect([nothing.data, codesOf(nothing)]).toEqual([{ me: null }, ['FORBIDDEN']]);
  });

  it('holds rules of the configuration against identity and arguments', async () => {
    const rules = [{ fields: 'Query.users', when: "args.first < 3.0 || 'staff' in identity.roles" }];
    const { ask } = await start({ identity: { jwt: [issuer] }, authorization: { rules } });
    const query = '{ users(first: 5) { id } }';
    expect((await ask('{ users(first: 2) { id } }')).status).toBe(200);
    expect((await ask(query)).status).toBe(401);
    expect((await ask(query, undefined, await tokenOf({ roles: ['staff'] }))).status).toBe(200);
  });

  it('refuses what costs too much before anything is fetched, by tier', async () => {
    const { ask } = await start({
      identity: { jwt: [issuer] },
      cost: { limit: 100, tiers: { gold: 5_000 }, report: true },
    });
    const dear = '{ users(first: 1000) { id } }';
    const refused = await ask(dear);
    expect([refused.status, codesOf(refused)]).toEqual([400, ['COST_LIMIT_EXCEEDED']]);
    expect(service.requests).toEqual([]);
    expect((await ask('{ users(first: 1000000) { id } }')).status).toBe(400);
    const allowed = await ask(dear, undefined, await tokenOf({ plan: 'gold' }));
    expect(allowed.status).toBe(200);
    expect(JSON.parse(allowed.text).extensions.cost).toMatchObject({ estimated: 1_000, actual: 1, limit: 5_000 });
  });

  it('lets exactly as many through as a limit allows, each alias and each batch entry counted', async () => {
    const rules = [
      { per: 'client', limit: '3/min' },
      { per: 'ip', fields: 'Mutation.login', limit: '2/min' },
    ];
    const { ask, url } = await start({ identity: { jwt: [issuer] }, rateLimit: { rules }, limits: { batch: 10 } });
    const [ada, bob] = [await tokenOf({}, 'ada'), await tokenOf({}, 'bob')];
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask('{ open }', undefined, ada)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429, 429]);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toMatch(/^\d+$/);
    const many = await ask('mutation { a: login b: login c: login }', undefined, bob);
    expect([many.status, codesOf(many)]).toEqual([429, ['RATE_LIMITED']]);

    const body = JSON.stringify(Array.from({ length: 5 }, () => ({ query: '{ open }' })));
    const headers = { 'content-type': 'application/json', ...bob.headers };
    const batch = (await (await fetch(url, { method: 'POST', headers, body })).json()) as { data?: unknown }[];
    expect(batch.filter(({ data }) => data !== undefined)).toHaveLength(3);
  });

  it('runs trusted documents only, by identifier, when told to', async () => {
    const folder = await createTemporaryFolder();
    const text = '{ open }';
    const manifest = await folder.write('documents.json', JSON.stringify({ opening: text }));
    const { ask, url } = await start({ documents: { mode: 'enforce', manifest } });
    const send = async (params: Record<string, unknown>) => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(params) })).json();
    };
    expect(await send({ documentId: 'opening' })).toEqual({ data: { open: 'yes' } });
    const sha256Hash = createHash('sha256').update(text).digest('hex');
    expect(await send({ extensions: { persistedQuery: { version: 1, sha256Hash } } })).toEqual({
      data: { open: 'yes' },
    });
    expect(codesOf(await ask('{ users { id } }'))).toEqual(['TRUSTED_DOCUMENT_REQUIRED']);
    await folder.remove();
  });

  it('tells the schema only to who has the scope', async () => {
    const { ask } = await start({ identity: { jwt: [issuer] }, introspection: { scopes: ['dev'] } });
    const query = '{ __schema { queryType { name } } }';
    expect(codesOf(await ask(query))).toEqual(['INTROSPECTION_DISABLED']);
    expect((await ask(query, undefined, await tokenOf({ scope: 'dev' }))).status).toBe(200);
  });

  it('refuses addresses that are denied, told apart through trusted proxies only', async () => {
    const listen = { deny: ['203.0.113.0/24'] };
    const proxied = { headers: { 'x-forwarded-for': '203.0.113.9' } };
    const plain = await start({ listen });
    expect((await plain.ask('{ open }', undefined, proxied)).status).toBe(200);
    await plain.stop();
    const { ask } = await start({ listen, identity: { trustedProxies: ['127.0.0.1'] } });
    expect((await ask('{ open }', undefined, proxied)).status).toBe(403);
  });
});
