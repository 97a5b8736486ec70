import { generateKeyPairSync } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { SignJWT } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { exchange } from '../gateway/http/raw-client.ts';
import { eventStream, hold, json, type ReceivedRequest } from '../support/fake-subgraph.ts';
import { type Federation, startFederation } from '../support/federation.ts';
import { startTestGateway, toConfig } from '../support/gateway.ts';
import { startRestBackend } from '../support/rest-backend.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { type KeySet, verifyHmac, verifyJwt, verifyMessage } from '../support/verify-onward.ts';

const secret = 'a secret of more than thirty-two bytes';
const issuer = { issuer: 'https://login.example.com/', audience: 'shop', secret, roles: 'realm_access.roles' };
const identity = (onward: object) => ({ identity: { jwt: [issuer], onward } });
const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';

const subgraphs = {
  users: {
    sdl: `${link} type Query { me: User users(first: Int): [User!] } type Mutation { rename(name: String): User }
      type Subscription { renamed: User } type User @key(fields: "id") { id: ID! name: String }`,
    resolvers: {
      Query: { me: () => ({ id: '1', name: 'Ada' }), users: () => [] },
      Mutation: { rename: ({ name }: { name?: string }) => ({ id: '1', name }) },
    },
  },
  posts: {
    sdl: `${link} type User @key(fields: "id") { id: ID! posts: [String!] } type Query { count: Int }`,
    resolvers: { Query: { count: () => 1 }, User: { posts: () => ['One'] } },
  },
};
type Names = keyof typeof subgraphs;
const query = '{ me { id name posts } }';
const whole = { me: { id: '1', name: 'Ada', posts: ['One'] } };

const open: { readonly stop: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ stop }) => stop()));
});

async function start(onward: object, sections: object = {}): Promise<Federation<Names>> {
  const gateway = await startFederation<Names>({ subgraphs, sections: { ...identity(onward), ...sections } });
  open.push(gateway);
  return gateway;
}

async function as(subject: string, claims: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer.issuer)
    .setAudience('shop')
    .setSubject(subject)
    .setExpirationTime('5m')
    .sign(Buffer.from(secret));
  return { headers: { authorization: `Bearer ${token}`, ...headers } };
}

async function keysOf({ adminUrl }: Pick<Federation, 'adminUrl'>): Promise<KeySet> {
  return (await (await fetch(`${adminUrl}/.well-known/jwks.json`)).json()) as KeySet;
}

function last(gateway: Federation<Names>, name: Names): ReceivedRequest {
  const request = gateway.subgraphs[name].requests.at(-1);
  if (request === undefined) throw new Error(`${name} was not asked.`);
  return request;
}

const bearerOf = ({ headers }: Pick<ReceivedRequest, 'headers'>) =>
  String(headers.authorization).replace('Bearer ', '');

function pemOf(type: 'ec' | 'ed25519' | 'rsa'): string {
  const options = { namedCurve: 'P-256', modulusLength: 2048 };
  const { privateKey } =
    type === 'ec'
      ? generateKeyPairSync('ec', options)
      : type === 'rsa'
        ? generateKeyPairSync('rsa', options)
        : generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

describe('claims as headers', () => {
  const headers = {
    'X-User-Id': 'sub',
    'x-user-roles': 'realm_access.roles',
    'x-tenant': 'tenant',
    'x-client': 'client',
  };
  const rules = [{ headers }, { headers: { 'x-user-id': 'email' }, subgraphs: ['posts'] }];
  const claims = { email: 'ada@example.com', azp: 'web', realm_access: { roles: ['a,b', 'staff'] } };

  it('tell each subgraph what its rules say, and of nobody nothing', async () => {
    const gateway = await start({ rules });
    expect((await gateway.ask(query, undefined, await as('ada', claims))).data).toEqual(whole);
    const told = { 'x-user-roles': 'a%2Cb,staff', 'x-client': 'web' };
    expect(last(gateway, 'users').headers).toMatchObject({ ...told, 'x-user-id': 'ada' });
    expect(last(gateway, 'posts').headers).toMatchObject({ ...told, 'x-user-id': 'ada@example.com' });
    for (const name of ['x-tenant', 'authorization']) expect(last(gateway, 'users').headers).not.toHaveProperty(name);
    await gateway.ask('{ me { name } }');
    const namesOfNobody = Object.keys(last(gateway, 'users').headers).filter((name) => /^(x-|auth)/.test(name));
    expect(namesOfNobody).toEqual([]);
  });

  it('cannot be written by clients, whichever way they try', async () => {
    const toSubgraphs = [
      { propagate: ['x-user-id', 'X-Tenant', 'x_user_id', 'x-forwarded-client-cert', 'x-other'] },
      { rename: { 'x-user-roles': 'x-old', 'x-other': 'x-user-roles', 'x-client-cert': 'x-cert' } },
      { set: { 'x-client': 'everybody' } },
    ];
    const gateway = await start({ rules }, { headers: { toSubgraphs } });
    const extensions = { 'x-user-id': 'root', headers: { 'x-user-id': 'root' }, authorization: 'root' };
    const body = JSON.stringify({ query, extensions });
    const token = (await as('ada')).headers.authorization;
    const spoofed = [
      'X-User-ID',
      'x-tenant',
      'x_user_id',
      'X-USER-ROLES',
      'x-client',
      'x-client-cert',
      'X-Forwarded-Client-Cert',
    ];
    for (const credentials of [`authorization: ${token}\r\n`, '']) {
      const answer = await exchange(
        gateway.port,
        `POST /graphql HTTP/1.1\r\nhost: a\r\nconnection: close, x-user-id, X-Tenant, x-client\r\n${credentials}` +
          spoofed.map((name) => `${name}: root\r\n`).join('') +
          `x-other: plain\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      expect(answer).toContain('"posts":["One"]');
      for (const name of ['users', 'posts'] as const) {
        const seen = last(gateway, name);
        expect(JSON.stringify([seen.headers, seen.body])).not.toMatch(/root|everybody/);
        expect(seen.headers['x-other']).toBe('plain');
      }
      expect(last(gateway, 'users').headers['x-user-id']).toBe(credentials === '' ? undefined : 'ada');
    }
  });
});

describe('a JWT of the gateway', () => {
  it('is verified by each subgraph with the keys of the gateway, and is for no other', async () => {
    const gateway = await start({ rules: [{ jwt: { issuer: 'gateway', claims: ['sub', 'realm_access.roles'] } }] });
    const claims = { realm_access: { roles: ['staff'], other: 1 }, email: 'ada@example.com' };
    const { headers } = await as('ada', claims);
    const request = { headers: { ...headers, 'x-user': 'x' } };
    expect((await gateway.ask(query, undefined, request)).data).toEqual(whole);
    const keys = await keysOf(gateway);
    expect(keys.keys).toEqual([expect.not.objectContaining({ d: expect.anything() })]);
    for (const name of ['users', 'posts'] as const) {
      const { iat, exp, ...said } = verifyJwt(bearerOf(last(gateway, name)), keys, name);
      expect(said).toEqual({ iss: 'gateway', aud: name, sub: 'ada', realm_access: { roles: ['staff'] } });
      expect(Number(exp) - Number(iat)).toBe(60);
    }
    const token = bearerOf(last(gateway, 'users'));
    expect(() => verifyJwt(token, keys, 'posts')).toThrow('somebody else');
    await gateway.ask('{ me { name } }', undefined, request);
    expect(bearerOf(last(gateway, 'users'))).toBe(token);
    await gateway.ask('{ me { name } }');
    expect(last(gateway, 'users').headers).not.toHaveProperty('authorization');
  });

  it('leaves the credentials of clients to the subgraphs that it is not for', async () => {
    const rules = [{ jwt: { audience: 'all' }, subgraphs: ['users'] }];
    const gateway = await start({ rules }, { headers: { toSubgraphs: [{ propagate: ['authorization'] }] } });
    const request = await as('ada');
    await gateway.ask(query, undefined, request);
    expect(verifyJwt(bearerOf(last(gateway, 'users')), await keysOf(gateway), 'all')['sub']).toBe('ada');
    expect(last(gateway, 'posts').headers.authorization).toBe(request.headers.authorization);
  });

  it('is told with subscriptions and mutations, too', async () => {
    const gateway = await start({ rules: [{ jwt: { header: 'x-identity' }, headers: { 'x-user': 'sub' } }] });
    const request = await as('ada');
    const check = async () => {
      const { headers } = last(gateway, 'users');
      expect(verifyJwt(String(headers['x-identity']), await keysOf(gateway), 'users')['sub']).toBe('ada');
      expect(headers['x-user']).toBe('ada');
    };
    await gateway.ask('mutation { rename(name: "Eve") { name } }', undefined, request);
    await check();
    gateway.subgraphs.users.behave(
      eventStream((send, response) => {
        send('event: next\ndata: {"data":{"renamed":{"id":"1"}}}\n\n');
        response.end('event: complete\ndata:\n\n');
      }),
    );
    const init = { headers: { ...request.headers, accept: 'text/event-stream', 'content-type': 'application/json' } };
    const body = JSON.stringify({ query: 'subscription { renamed { id } }' });
    const events = await (await fetch(gateway.url, { method: 'POST', body, ...init })).text();
    expect(events).toContain('"renamed":{"id":"1"}');
    await check();
  });

  it('keeps apart who ask the same at once', async () => {
    const gateway = await start({ rules: [{ jwt: { claims: ['sub', 'scope'] } }] });
    const { users } = gateway.subgraphs;
    const keys = await keysOf(gateway);
    const held = hold((response, request) => {
      const { sub, scope } = verifyJwt(bearerOf(request), keys, 'users');
      json({ data: { me: { __typename: 'User', id: '1', name: `${sub} ${scope}` } } })(response, request);
    });
    users.behave(held.behaviour);
    // To subgraphs, one subject with other scopes is another identity.
    const asking = [await as('ada', { scope: 'x' }), await as('bob', { scope: 'x' }), await as('ada', { scope: 'y' })];
    const answers = asking.map((request) => gateway.ask('{ me { name } }', undefined, request));
    await users.arrived(3);
    held.release();
    const names = (await Promise.all(answers)).map(({ data }) => data);
    expect(names).toEqual(['ada x', 'bob x', 'ada y'].map((name) => ({ me: { name } })));
  });

  it('is signed with new keys when their files change, and old ones stay public while their tokens live', async () => {
    const folder = await createTemporaryFolder();
    await folder.write('2030-01.pem', pemOf('ec'));
    await folder.write('.hidden', 'no key');
    const gateway = await start({ rules: [{ jwt: { lifetime: '1h' } }], keys: folder.path, publicJwks: true });
    const request = await as('ada');
    const publicKeys = async () => {
      const answer = await fetch(`${gateway.origin}/.well-known/jwks.json`);
      expect(answer.headers.get('content-type')).toBe('application/jwk-set+json');
      return (await answer.json()) as KeySet;
    };
    const tokenOf = async () => {
      await gateway.ask('{ me { name } }', undefined, request);
      return bearerOf(last(gateway, 'users'));
    };
    const [first] = (await publicKeys()).keys;
    const old = await tokenOf();

    await folder.write('2030-02.pem', pemOf('ed25519'));
    await vi.waitFor(async () => expect((await publicKeys()).keys).toHaveLength(2), 5_000);
    expect(await tokenOf()).toBe(old);

    await rm(path.join(folder.path, '2030-01.pem'));
    await vi.waitFor(async () => expect((await publicKeys()).keys[0]?.alg).toBe('EdDSA'), 5_000);
    const keys = await publicKeys();
    expect(keys.keys[1]).toEqual(first);
    expect(await keysOf(gateway)).toEqual(keys);
    const token = await tokenOf();
    expect(token).not.toBe(old);
    for (const one of [old, token]) expect(verifyJwt(one, keys, 'users')['sub']).toBe('ada');

    await folder.write('2030-03.pem', 'broken');
    await vi.waitFor(() => expect(gateway.lines.at(-1)?.message).toContain('the former ones stay'), 5_000);
    expect(await publicKeys()).toEqual(keys);
    await folder.remove();
  }, 20_000);
});

describe('the keys of the gateway', () => {
  it('are not on the public port unless told so, and nowhere when nothing is signed with keys', async () => {
    const signing = await start({ rules: [{ jwt: {} }] });
    expect((await fetch(`${signing.origin}/.well-known/jwks.json`)).status).toBe(404);
    const plain = await start({ rules: [{ signature: { kind: 'hmac', secret } }], publicJwks: true });
    for (const origin of [plain.origin, plain.adminUrl]) {
      expect((await fetch(`${origin}/.well-known/jwks.json`)).status).toBe(404);
    }
  });

  it('must be there and be good when the gateway starts', async () => {
    const folder = await createTemporaryFolder();
    const file = await folder.write('key.pem', 'no key');
    for (const keys of [file, path.join(folder.path, 'none.pem')]) {
      const starting = startFederation({ subgraphs, sections: identity({ rules: [{ jwt: {} }], keys }) });
      await expect(starting).rejects.toThrow(/SIGNING_KEYS_INVALID[\s\S]*identity.onward.keys names the file/);
    }
    await folder.remove();
  });
});

describe('signed requests', () => {
  it.each(['ec', 'ed25519', 'rsa'] as const)('are verified as RFC 9421 says, with a key of kind %s', async (type) => {
    const folder = await createTemporaryFolder();
    const rules = [{ headers: { 'x-user-id': 'sub' }, signature: { kind: 'message-signatures' } }];
    const gateway = await start({ rules, keys: [await folder.write('key.pem', pemOf(type))] });
    expect((await gateway.ask(query, undefined, await as('ada'))).data).toEqual(whole);
    const keys = await keysOf(gateway);
    const seen = last(gateway, 'users');
    const { components, created, keyid } = verifyMessage(seen, keys);
    expect(components).toEqual(['@method', '@path', '@query', 'x-user-id', 'content-digest']);
    expect(Math.abs(created - Date.now() / 1_000)).toBeLessThan(10);
    expect(keyid).toBe(keys.keys[0]?.kid);
    const changes = [
      { headers: { ...seen.headers, 'x-user-id': 'root' } },
      { body: `${seen.body} ` },
      { method: 'PUT' },
      { path: `${seen.path}?x=1` },
    ];
    for (const change of changes) expect(() => verifyMessage({ ...seen, ...change }, keys)).toThrow(/forged|another/);
    await gateway.ask('{ me { name } }');
    expect(verifyMessage(last(gateway, 'users'), keys).components).not.toContain('x-user-id');
    await folder.remove();
  });

  it('are verified with a secret, or as HMAC, where a rule says so', async () => {
    const components = ['@method', '@authority', '@target-uri', 'Content-Type', 'content-digest', 'x-none'];
    const rules = [
      { signature: { kind: 'message-signatures', secret, keyId: 'shared', components } },
      { signature: { kind: 'hmac', secret }, subgraphs: ['posts'] },
    ];
    const gateway = await start(
      { rules },
      { headers: { toSubgraphs: [{ propagate: ['signature', 'x-overlock-signature'] }] } },
    );
    const spoofed = { headers: { signature: 'overlock=:AA==:', 'x-overlock-signature': 't=1,v1=00' } };
    expect((await gateway.ask(query, undefined, spoofed)).data).toEqual(whole);
    const users = last(gateway, 'users');
    expect(verifyMessage(users, secret)).toMatchObject({
      components: ['@method', '@authority', '@target-uri', 'content-type', 'content-digest'],
      keyid: 'shared',
    });
    expect(() => verifyMessage(users, 'another secret')).toThrow('forged');
    expect(users.headers).not.toHaveProperty('x-overlock-signature');
    const posts = last(gateway, 'posts');
    expect(Math.abs(verifyHmac(posts, secret) - Date.now() / 1_000)).toBeLessThan(10);
    expect(() => verifyHmac({ ...posts, body: `${posts.body} ` }, secret)).toThrow('forged');
    expect(posts.headers).not.toHaveProperty('signature');
  });
});

it('REST services are told and shown as well, and no argument of a client says otherwise', async () => {
  const backend = await startRestBackend(() => ({ json: { id: '1', name: 'Chair' } }));
  const folder = await createTemporaryFolder();
  const schema = await folder.write(
    'rest.graphql',
    `type Query { product(id: ID!, user: String): Product @rest(path: "/products/{$args.id}", headers: [{ name: "X-User-Id", value: "{$args.user}" }]) }
     type Product { id: ID! name: String }`,
  );
  const rules = [{ headers: { 'x-user-id': 'sub' }, jwt: { claims: [] }, signature: { kind: 'message-signatures' } }];
  const products = { kind: 'rest', url: `${backend.url}/v1`, schema };
  const gateway = await startTestGateway(toConfig({ graph: { subgraphs: { products } }, ...identity({ rules }) }));
  open.push(gateway, { stop: backend.close }, { stop: folder.remove });
  const text = '{ product(id: "1", user: "root") { name } }';
  for (const subject of ['ada', undefined]) {
    const answer = await gateway.ask(text, undefined, subject === undefined ? {} : await as(subject));
    expect(answer.data).toEqual({ product: { name: 'Chair' } });
    const asked = backend.seen.at(-1);
    if (asked === undefined) throw new Error('The service was not asked.');
    const { headers } = asked;
    const seen = { method: asked.method, path: asked.target, headers, body: asked.body.toString() };
    expect(headers['x-user-id']).toBe(subject);
    const keys = await keysOf(gateway);
    const { components } = verifyMessage(seen, keys);
    expect(components).toEqual([
      '@method',
      '@path',
      '@query',
      ...(subject === undefined ? [] : ['x-user-id', 'authorization']),
    ]);
    if (subject !== undefined) expect(verifyJwt(bearerOf({ headers }), keys, 'products')['aud']).toBe('products');
  }
});

it('without onward nothing is told or shown', async () => {
  const gateway = await startFederation({ subgraphs, sections: { identity: { jwt: [issuer] } } });
  open.push(gateway);
  await gateway.ask(query, undefined, await as('ada'));
  const names = Object.keys(last(gateway, 'users').headers);
  expect(names.sort()).toEqual(['accept', 'connection', 'content-length', 'content-type', 'host']);
  expect((await fetch(`${gateway.adminUrl}/.well-known/jwks.json`)).status).toBe(404);
});
