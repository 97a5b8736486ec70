import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { onwardSection } from '../../../../gateway/config/onward.ts';
import { anonymous, type Identity } from '../../../../gateway/identity/identity.ts';
import { createOnward } from '../../../../gateway/identity/onward/onward.ts';
import { createRecordingLogger } from '../../../support/recording-logger.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts';
import { type KeySet, verifyJwt } from '../../../support/verify-onward.ts';

const startMs = Date.parse('2030-01-01T00:00:00Z');

/** What tells subgraphs who asks as this section says, by a clock that stands still. */
function create(section: unknown) {
  const { log, lines } = createRecordingLogger();
  let nowMs = startMs;
  const onward = createOnward(onwardSection.parse(section), { log, now: () => nowMs });
  const headersOf = async (identity: Identity, subgraph = 'users') => {
    const pairs = await onward.headersFor(identity)(subgraph);
    return Object.fromEntries(pairs.flatMap((name, index) => (index % 2 === 0 ? [[name, pairs[index + 1]]] : [])));
  };
  const tokenOf = async (identity: Identity, subgraph?: string) =>
    String((await headersOf(identity, subgraph))['authorization']).slice('Bearer '.length);
  const keys = () => JSON.parse(onward.jwks() ?? 'null') as KeySet;
  return {
    onward,
    lines,
    headersOf,
    tokenOf,
    keys,
    claimsOf: async (identity: Identity, subgraph = 'users') =>
      verifyJwt(await tokenOf(identity, subgraph), keys(), subgraph, nowMs),
    pass(ms: number) {
      nowMs += ms;
    },
  };
}

async function opened(section: unknown) {
  const created = create(section);
  expect(await created.onward.open()).toBeUndefined();
  return created;
}

function identityOf(claims: Readonly<Record<string, unknown>>, more: Partial<Identity> = {}): Identity {
  return {
    ...anonymous,
    kind: 'jwt',
    key: 'same',
    subject: 'ada',
    claims: Object.freeze(Object.assign(Object.create(null), claims)),
    ...more,
  };
}

const ada = identityOf({ sub: 'ada' });
const apiKey = identityOf(
  { client_id: 'batch', key_id: 'k1' },
  { kind: 'apiKey', subject: 'batch', scopes: new Set(['read', 'write']), roles: new Set(['job']), tier: 'gold' },
);

describe('claims for subgraphs', () => {
  it('are those of the credentials, or what is known of who has none by that name', async () => {
    const headers = Object.fromEntries(
      ['sub', 'scope', 'roles', 'tier', 'client', 'kind', 'realm.roles', 'https://a.test/x', 'none', 'toString'].map(
        (claim, index) => [`x-${index}`, claim],
      ),
    );
    const { headersOf } = create({ rules: [{ headers }] });
    const claims = { sub: 'ada', roles: 'one', azp: 'web', realm: { roles: ['a'] }, 'https://a.test/x': 1, none: null };
    expect(await headersOf(identityOf(claims, { subject: 'mapped', roles: new Set(['other']) }))).toEqual({
      'x-0': 'ada',
      'x-2': 'one',
      'x-4': 'web',
      'x-5': 'jwt',
      'x-6': 'a',
      'x-7': '1',
    });
    expect(await headersOf(apiKey)).toEqual({
      'x-0': 'batch',
      'x-1': 'read write',
      'x-2': 'job',
      'x-3': 'gold',
      'x-4': 'batch',
      'x-5': 'apiKey',
    });
    expect(await headersOf(anonymous)).toEqual({});
  });

  it('stand in a JWT where they stood, and change nothing of the identity', async () => {
    const claims = ['realm', 'realm.roles', 'resource.shop.roles', 'resource.shop.id', 'sub'];
    const { claimsOf } = await opened({ rules: [{ jwt: { claims } }] });
    const given = { realm: { roles: ['a'], x: 1 }, resource: { shop: { roles: ['b'], id: 2, secret: 3 }, other: 4 } };
    const before = structuredClone(given);
    expect(await claimsOf(identityOf(given))).toMatchObject({ sub: 'ada', realm: { roles: ['a'], x: 1 } });
    expect((await claimsOf(identityOf(given)))['resource']).toEqual({ shop: { roles: ['b'], id: 2 } });
    expect(given).toEqual(before);
    expect(await claimsOf(apiKey)).toMatchObject({ sub: 'batch' });
  });
});

describe('a JWT for subgraphs', () => {
  it('is signed once for all that it says and each audience, and anew before it ends', async () => {
    const { tokenOf, pass, claimsOf } = await opened({ rules: [{ jwt: { lifetime: '60s' } }] });
    const token = await tokenOf(ada);
    const again = identityOf({ sub: 'ada', iat: 5, jti: 'x' });
    expect(await Promise.all([tokenOf(ada), tokenOf(again)])).toEqual([token, token]);
    expect(await tokenOf(ada, 'posts')).not.toBe(token);
    for (const other of [
      identityOf({ sub: 'bob' }),
      identityOf({ sub: 'ada', scope: 'admin' }),
      identityOf({ roles: [] }),
    ]) {
      expect(await tokenOf(other)).not.toBe(token);
    }
    pass(44_000);
    expect(await tokenOf(ada)).toBe(token);
    pass(2_000);
    expect(await tokenOf(ada)).not.toBe(token);
    expect(await claimsOf(ada)).toMatchObject({ iat: startMs / 1_000 + 46, exp: startMs / 1_000 + 106 });
  });

  it('ends with the credentials behind it, but not before it can be looked at', async () => {
    const { claimsOf } = await opened({ rules: [{ jwt: {} }] });
    const endOf = async (inMs: number) =>
      Number((await claimsOf({ ...ada, expiresAtMs: startMs + inMs }))['exp']) * 1_000 - startMs;
    expect([
      await endOf(600_000),
      await endOf(60_000),
      await endOf(20_000),
      await endOf(1_000),
      await endOf(-9_000),
    ]).toEqual([60_000, 60_000, 20_000, 5_000, 5_000]);
  });

  it('is not for anonymous clients', async () => {
    const { headersOf } = await opened({ rules: [{ jwt: {} }] });
    expect(await headersOf(anonymous)).toEqual({});
  });
});

describe('the rules', () => {
  it('are merged for each subgraph, the last one first', async () => {
    const { headersOf, onward } = await opened({
      rules: [
        { headers: { 'x-user': 'sub', 'x-id': 'id' }, jwt: { header: 'x-jwt' } },
        { headers: { 'x-user': 'email' }, signature: { kind: 'hmac', secret: 's'.repeat(32) }, subgraphs: ['users'] },
        { jwt: { header: 'x-user' }, subgraphs: ['posts'] },
      ],
    });
    const identity = identityOf({ sub: 'ada', email: 'a@b.test', id: 7 });
    expect(await headersOf(identity)).toEqual({ 'x-user': 'a@b.test', 'x-id': '7', 'x-jwt': expect.any(String) });
    const posts = await headersOf(identity, 'posts');
    expect(posts).toEqual({ 'x-user': expect.stringMatching(/^ey/), 'x-id': '7' });
    for (const subgraph of ['users', 'posts', 'other']) {
      expect([...onward.namesFor(subgraph)].sort()).toEqual(['x-id', 'x-jwt', 'x-overlock-signature', 'x-user']);
    }
    expect(onward.signerFor('users')).toBeDefined();
    expect(onward.signerFor('posts')).toBeUndefined();
  });
});

describe('the keys to sign with', () => {
  const folders: TemporaryFolder[] = [];
  afterEach(async () => {
    await Promise.all(folders.splice(0).map((folder) => folder.remove()));
  });

  async function openedWith(files: Readonly<Record<string, string>>, more: object = {}) {
    const folder = await createTemporaryFolder();
    folders.push(folder);
    for (const [name, text] of Object.entries(files)) await folder.write(name, text);
    const created = create({ rules: [{ jwt: {} }], keys: folder.path, ...more });
    const problem = await created.onward.open();
    created.onward.close();
    return { ...created, problem: problem?.replace(folder.path, '') };
  }

  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
  const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).privateKey;
  const ed25519 = generateKeyPairSync('ed25519').privateKey;
  const pem = (key: ReturnType<typeof ec>, type: 'pkcs8' | 'sec1' | 'pkcs1' = 'pkcs8') =>
    key.export({ type, format: 'pem' }).toString();
  const jwk = (key: ReturnType<typeof ec>, members: object = {}) => ({ ...key.export({ format: 'jwk' }), ...members });
  const rsaKey = rsa(2048);

  it.each<[string, string, string, object]>([
    ['PEM', pem(ec('P-256')), 'ES256', {}],
    ['PEM of SEC1', pem(ec('P-384'), 'sec1'), 'ES384', {}],
    ['PEM of PKCS1', pem(rsaKey, 'pkcs1'), 'RS256', {}],
    ['PEM, with another algorithm', pem(rsaKey), 'PS256', { algorithm: 'PS256' }],
    ['a JWK', JSON.stringify(jwk(ed25519)), 'EdDSA', {}],
    ['a JWK with an algorithm', JSON.stringify(jwk(rsaKey, { alg: 'PS256' })), 'PS256', {}],
  ])('may be %s', async (_, text, algorithm, more) => {
    const { problem, claimsOf, keys } = await openedWith({ key: text }, more);
    expect(problem).toBeUndefined();
    expect((await claimsOf(ada))['sub']).toBe('ada');
    expect(keys().keys).toMatchObject([{ alg: algorithm, use: 'sig', kid: expect.stringMatching(/^[\w-]{43}$/) }]);
    expect(JSON.stringify(keys())).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
  });

  it('may be many, of which the first one signs', async () => {
    const set = { keys: [jwk(ec('P-256'), { kid: 'b1' }), jwk(ed25519, { kid: 'b2' })] };
    const { keys, tokenOf } = await openedWith({ b: JSON.stringify(set), a: pem(rsaKey), '.c': 'no key' });
    expect(
      keys()
        .keys.map(({ kid, alg }) => [kid.slice(0, 2), alg])
        .slice(1),
    ).toEqual([
      ['b1', 'ES256'],
      ['b2', 'EdDSA'],
    ]);
    const [head = ''] = (await tokenOf(ada)).split('.');
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({
      alg: 'RS256',
      typ: 'JWT',
      kid: keys().keys[0]?.kid,
    });
  });

  it.each<[Record<string, string>, string, object]>([
    [{}, 'has no files', {}],
    [{ a: 'x' }, '/a, which is neither PEM nor a JSON Web Key.', {}],
    [
      { a: '-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----' },
      'is not a private key in PEM, or is encrypted',
      {},
    ],
    [{ a: pem(rsa(1024)) }, 'is neither RSA of 2048 bits', {}],
    [{ a: pem(ec('secp256k1')) }, 'is neither RSA of 2048 bits', {}],
    [{ a: JSON.stringify({ kty: 'oct', k: 'AAAA' }) }, 'not a private key to sign with', {}],
    [{ a: JSON.stringify({ ...jwk(ed25519), d: undefined }) }, 'not a private key to sign with', {}],
    [{ a: '{"keys":[]}' }, 'must hold between 1 and 100 keys', {}],
    [{ a: 'null' }, 'not a private key to sign with', {}],
    [{ a: pem(ed25519), b: pem(ed25519) }, 'has the same kid twice', {}],
    [{ a: pem(ed25519) }, 'cannot sign with ES256', { algorithm: 'ES256' }],
  ])('are refused where they cannot be used: %#', async (files, sentence, more) => {
    const { problem } = await openedWith(files, more);
    expect(problem).toContain(sentence);
    expect(problem).toMatch(/^identity\.onward\.keys .*\.$/);
  });

  it.each(['ES256', 'ES384', 'EdDSA', 'RS256', 'PS256', undefined])(
    'are made for the process when there are none, for %s',
    async (algorithm) => {
      const [one, other] = [
        await opened({ rules: [{ jwt: {} }], algorithm }),
        await opened({ rules: [{ jwt: {} }], algorithm }),
      ];
      expect(one.keys()).toEqual(other.keys());
      expect(one.keys().keys[0]?.alg).toBe(algorithm ?? 'ES256');
      expect((await one.claimsOf(ada))['sub']).toBe('ada');
      expect(one.lines.map(({ message }) => message).join()).toContain('Several gateways need identity.onward.keys');
    },
  );
});
