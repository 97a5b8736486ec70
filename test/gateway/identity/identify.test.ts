import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../gateway/cli/program.ts';
import { GatewayError } from '../../../gateway/errors.ts';
import type { ClientCertificate, Identity } from '../../../gateway/identity/identity.ts';
import { createFakeTerminal } from '../cli/fake-terminal.ts';
import { answerKeys, createSigningKey, type Issuer, sign, startIssuer, startMs } from './issuer.ts';
import { bearer, startIdentify, wordFor } from './start-identify.ts';

const key = await createSigningKey('key-1');
const certificate: ClientCertificate = {
  subject: 'shop',
  alternativeNames: ['URI:spiffe://example.org/shop', 'DNS:shop.example.org'],
  fingerprint: 'ab'.repeat(32),
};

let issuer: Issuer;
let folder = '';
let apiKey = '';
beforeAll(async () => {
  issuer = await startIssuer(answerKeys(key));
  folder = await mkdtemp(join(tmpdir(), 'overlock-identify-'));
  const { terminal, written } = createFakeTerminal({ cwd: folder });
  await runCommandLine(['keys', 'create', '--client', 'shop-web', '--scope', 'keys'], terminal);
  apiKey = written.stdout.trim();
});
afterAll(async () => {
  await issuer[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const jwt = () => [{ issuer: 'https://issuer.test/', jwks: issuer.url, audience: 'shop' }];
const apiKeys = () => ({ file: join(folder, 'keys.json') });

function identityOf(outcome: Identity | GatewayError): Identity {
  if (outcome instanceof GatewayError) throw outcome;
  return outcome;
}

describe('a request without credentials', () => {
  it('is anonymous, or refused where that is not allowed', async () => {
    await using open = startIdentify({ jwt: jwt(), apiKeys: apiKeys() });
    expect(await open.ask({ 'x-client-cert': 'CN=admin', 'x-forwarded-client-cert': 'URI=spiffe://a' })).toMatchObject({
      kind: 'anonymous',
      key: undefined,
      claims: {},
    });
    await using closed = startIdentify({ jwt: jwt(), anonymous: false });
    await using keysOnly = startIdentify({ apiKeys: apiKeys(), anonymous: false });
    const outcomes = [await closed.ask(), await closed.ask({ 'x-api-key': apiKey }), await keysOnly.ask()];
    expect(outcomes.map(wordFor)).toEqual(Array(3).fill('UNAUTHENTICATED'));
    const challenges = outcomes.map(
      (outcome) => outcome instanceof GatewayError && outcome.headers['www-authenticate'],
    );
    expect(challenges).toEqual(['Bearer realm="graphql"', 'Bearer realm="graphql"', 'ApiKey realm="graphql"']);
  });
});

describe('a request with several credentials', () => {
  it('is refused when a token and an API key are of different clients, or one of them is bad', async () => {
    await using identify = startIdentify({ jwt: jwt(), apiKeys: apiKeys() });
    const both = async (claims: object, sent = apiKey) =>
      identify.ask({ ...bearer(await sign(key, { ...claims })), 'x-api-key': sent });
    expect(wordFor(await both({}))).toBe('UNAUTHENTICATED');
    expect(wordFor(await both({ client_id: 'other' }))).toBe('UNAUTHENTICATED');
    expect(wordFor(await both({ client_id: 'shop-web' }, `${apiKey}x`))).toBe('UNAUTHENTICATED');
    expect(wordFor(await both({ client_id: 'shop-web', aud: 'other' }))).toBe('UNAUTHENTICATED');
    for (const claims of [{ client_id: 'shop-web' }, { azp: 'shop-web' }, { sub: 'shop-web' }]) {
      expect(await both(claims)).toMatchObject({ kind: 'jwt' });
    }
  });

  it('is who its token says, on behalf of the service that its certificate names', async () => {
    await using identify = startIdentify({ jwt: jwt(), apiKeys: apiKeys() });
    expect(await identify.ask(bearer(await sign(key)), { certificate })).toMatchObject({ kind: 'jwt', subject: 'ada' });
    expect(await identify.ask({ 'x-api-key': apiKey }, { certificate })).toMatchObject({ kind: 'apiKey' });
    expect(wordFor(await identify.ask(bearer('bad'), { certificate }))).toBe('UNAUTHENTICATED');
  });
});

describe('a client certificate', () => {
  it('is known by its names, whichever certificate has them', async () => {
    await using identify = startIdentify({ anonymous: false });
    const keyOf = async (changes: Partial<ClientCertificate>) =>
      identityOf(await identify.ask({}, { certificate: { ...certificate, ...changes } })).key;
    const identity = await identify.ask({}, { certificate });
    expect(identity).toMatchObject({ kind: 'certificate', subject: 'spiffe://example.org/shop', scopes: new Set() });
    expect(await keyOf({ fingerprint: 'cd'.repeat(32) })).toBe(await keyOf({}));
    const keys = [
      await keyOf({}),
      await keyOf({ subject: 'shop2' }),
      await keyOf({ alternativeNames: ['URI:spiffe://example.org/shop'] }),
      await keyOf({ subject: 'URI:a', alternativeNames: ['URI:b'] }),
      await keyOf({ subject: 'URI:b', alternativeNames: ['URI:a'] }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(wordFor(await identify.ask({}, { certificate: { ...certificate, alternativeNames: [] } }))).toBe('shop');
  });

  it('is held against the rules, of which the first that fits counts', async () => {
    const rules = [
      { name: 'URI:spiffe://example.org/shop', scopes: ['sell'], tier: 'gold' },
      { name: 'URI:spiffe://example.org/*', roles: ['service'] },
      { name: 'CN:legacy' },
    ];
    await using identify = startIdentify({ certificates: rules, jwt: jwt() });
    const ask = (subject: string, ...alternativeNames: string[]) =>
      identify.ask({}, { certificate: { ...certificate, subject, alternativeNames } });
    expect(await identify.ask({}, { certificate })).toMatchObject({ scopes: new Set(['sell']), tier: 'gold' });
    expect(await ask('', 'URI:spiffe://example.org/cart')).toMatchObject({
      roles: new Set(['service']),
      tier: undefined,
    });
    expect(wordFor(await ask('legacy'))).toBe('legacy');
    const strangers = [
      ask('legacy2'),
      ask('URI:spiffe://example.org/shop'),
      ask('', 'URI:spiffe://example.org.evil.test/shop'),
      ask('', 'DNS:legacy'),
      ask('', 'CN:legacy2'),
      identify.ask(bearer(await sign(key)), { certificate: { ...certificate, subject: 'x', alternativeNames: [] } }),
    ];
    for (const outcome of await Promise.all(strangers)) expect(wordFor(outcome)).toBe('UNAUTHENTICATED');
  });
});

describe('verified tokens', () => {
  it('are kept up to their end, at most as long as configured, each for itself', async () => {
    await using keys = await startIssuer(answerKeys(key));
    const section = {
      jwt: [
        {
          issuer: 'https://issuer.test/',
          jwks: keys.url,
          audience: 'shop',
          clockTolerance: '0s',
          maxAge: '5s',
          maxStale: '0s',
        },
      ],
    };
    await using identify = startIdentify(section);
    const ada = await sign(key, { exp: startMs / 1_000 + 3_600 });
    const bob = await sign(key, { sub: 'bob', exp: startMs / 1_000 + 30 });
    const both = async () => [wordFor(await identify.ask(bearer(ada))), wordFor(await identify.ask(bearer(bob)))];
    expect(await both()).toEqual(['ada', 'bob']);
    // From now on nothing can be verified anew: who is let in is remembered.
    keys.handle = (request) => void request.socket.destroy();
    identify.pass(29_999);
    expect(await both()).toEqual(['ada', 'bob']);
    identify.pass(1);
    expect(await both()).toEqual(['ada', 'OVERLOADED']);
    identify.pass(30_000);
    expect(await both()).toEqual(['OVERLOADED', 'OVERLOADED']);
  });

  it('are known at once when they come again, like API keys', async () => {
    await using identify = startIdentify({ jwt: jwt(), apiKeys: apiKeys() });
    const token = bearer(await sign(key));
    const byKey = { 'x-api-key': apiKey };
    expect(identify.isAtOnce(token)).toBe(false);
    expect(wordFor(await identify.ask(token))).toBe('ada');
    expect(wordFor(await identify.ask(byKey))).not.toBe('UNAUTHENTICATED');
    expect([token, byKey, {}].map(identify.isAtOnce)).toEqual([true, true, true]);
    const [one, other] = [await identify.ask(byKey), await identify.ask(byKey)];
    // Whatever is worked out for an identity is kept with it.
    expect(one).toBe(other);
  });

  it('are forgotten when there are more than may be kept', async () => {
    await using keys = await startIssuer(answerKeys(key));
    const section = {
      jwt: [{ issuer: 'https://issuer.test/', jwks: keys.url, audience: 'shop', maxAge: '1s', maxStale: '0s' }],
      cache: { entries: 2 },
    };
    await using identify = startIdentify(section);
    const tokens = await Promise.all(['a', 'b', 'c'].map((sub) => sign(key, { sub })));
    for (const token of tokens) await identify.ask(bearer(token));
    keys.handle = (request) => void request.socket.destroy();
    identify.pass(1_001);
    const words: unknown[] = [];
    for (const token of tokens) words.push(wordFor(await identify.ask(bearer(token))));
    expect(words).toEqual(['OVERLOADED', 'b', 'c']);
  });

  it('are never those of another, however many are verified at once', async () => {
    await using identify = startIdentify({ jwt: jwt(), cache: { entries: 20 } });
    const subjects = Array.from({ length: 40 }, (_, index) => `user-${index}`);
    const tokens = await Promise.all(subjects.map((sub) => sign(key, { sub, scope: `only-${sub}` })));
    for (let round = 0; round < 5; round++) {
      const outcomes = await Promise.all(tokens.map((token) => identify.ask(bearer(token))));
      expect(outcomes.map(wordFor)).toEqual(subjects);
      expect(outcomes.map((outcome) => [...identityOf(outcome).scopes])).toEqual(
        subjects.map((sub) => [`only-${sub}`]),
      );
      expect(new Set(outcomes.map((outcome) => identityOf(outcome).key)).size).toBe(subjects.length);
    }
  });

  it('count no more from the moment they are revoked', async () => {
    const revoked = new Set<unknown>();
    const isRevoked = ({ claims }: Identity) => revoked.has(claims['jti']) || revoked.has(claims['key_id']);
    await using identify = startIdentify({ jwt: jwt(), apiKeys: apiKeys() }, { revocations: { isRevoked } });
    const [first, second] = [await sign(key, { jti: 't-1' }), await sign(key, { jti: 't-2' })];
    const words = async () =>
      Promise.all([
        identify.ask(bearer(first)),
        identify.ask(bearer(second)),
        identify.ask({ 'x-api-key': apiKey }),
      ]).then((outcomes) => outcomes.map(wordFor));
    expect(await words()).toEqual(['ada', 'ada', 'shop-web']);
    revoked.add('t-1').add(apiKey.split('_')[1]);
    expect(await words()).toEqual(['UNAUTHENTICATED', 'ada', 'UNAUTHENTICATED']);
  });
});
