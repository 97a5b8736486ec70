import { constants, createHmac, createPublicKey, randomBytes, sign as signBytes } from 'node:crypto';
import { exportPKCS8 } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayError } from '../../../gateway/errors.ts';
import {
  answerKeys,
  claimsOf,
  createSigningKey,
  type Issuer,
  type SigningKey,
  sign,
  startIssuer,
  startMs,
} from './issuer.ts';
import { bearer, startIdentify, type TestIdentify, wordFor } from './start-identify.ts';

const nowSeconds = startMs / 1_000;
const challenge = { 'www-authenticate': 'Bearer realm="graphql"' };
const message = 'Credentials are missing or not accepted. Sign in and try again.';

let rsa: SigningKey;
let rsaPem: string;
let elliptic: SigningKey;
let other: SigningKey;
let issuer: Issuer;
let stranger: Issuer;
let identify: TestIdentify;
let good: string;

beforeAll(async () => {
  rsa = await createSigningKey('rsa-1');
  rsaPem = await exportPKCS8(rsa.privateKey);
  elliptic = await createSigningKey('ec-1', 'ES256');
  other = await createSigningKey('rsa-1');
  issuer = await startIssuer(answerKeys(rsa, elliptic));
  stranger = await startIssuer(answerKeys(other));
  identify = startIdentify({
    jwt: [
      { issuer: 'https://issuer.test/', jwks: issuer.url, audience: 'shop', algorithms: ['RS256', 'ES256'] },
      { issuer: 'https://other.test/', jwks: stranger.url, audience: ['admin', 'shop'] },
    ],
  });
  good = await sign(rsa);
});
afterAll(async () => {
  await identify[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
  await stranger[Symbol.asyncDispose]();
});

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A token with any header and payload at all, signed with the issuer's key. */
function signRaw(header: unknown, payload: unknown, hash = 'sha256', padding = constants.RSA_PKCS1_PADDING): string {
  const content = `${encode(header)}.${encode(payload)}`;
  const signature = signBytes(hash, Buffer.from(content), { key: rsaPem, padding });
  return `${content}.${signature.toString('base64url')}`;
}

const header = { alg: 'RS256', kid: 'rsa-1' };
const parts = () => good.split('.') as [string, string, string];
const hmac = (secret: string | Buffer, head: object = { alg: 'HS256', kid: 'rsa-1' }) => {
  const content = `${encode(head)}.${encode(claimsOf())}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
};
const pem = (format: 'pkcs1' | 'spki') => createPublicKey(rsaPem).export({ type: format, format: 'pem' }).toString();

type Attack = readonly [name: string, token: () => string | Promise<string>];

const attacks: readonly Attack[] = [
  ...['none', 'None', 'NONE', 'nOnE', ''].flatMap((alg): Attack[] => [
    [`alg "${alg}" without signature`, () => `${encode({ alg })}.${parts()[1]}.`],
    [`alg "${alg}" with the signature kept`, () => `${encode({ alg, kid: 'rsa-1' })}.${parts()[1]}.${parts()[2]}`],
  ]),
  ['a stripped signature', () => `${parts()[0]}.${parts()[1]}.`],
  ['two segments', () => `${parts()[0]}.${parts()[1]}`],
  ['four segments', () => `${good}.${parts()[2]}`],
  ['five segments', () => `${good}.a.b`],
  ['HS256 with the public key as PEM', () => hmac(pem('spki'))],
  ['HS256 with the public key as PKCS#1', () => hmac(pem('pkcs1'))],
  ['HS256 with the public key as JWK', () => hmac(JSON.stringify(rsa.jwk))],
  ['HS256 with an empty secret', () => hmac('')],
  ['HS256 with a weak secret', () => hmac('secret')],
  ['RS512 with a key for RS256', () => signRaw({ ...header, alg: 'RS512' }, claimsOf(), 'sha512')],
  [
    'PS256 with a key for RS256',
    () => signRaw({ ...header, alg: 'PS256' }, claimsOf(), 'sha256', constants.RSA_PKCS1_PSS_PADDING),
  ],
  ['ES256 with the name of an RSA key', () => signRaw({ ...header, alg: 'ES256' }, claimsOf())],
  [
    'an ECDSA signature of zeros',
    () => `${encode({ alg: 'ES256', kid: 'ec-1' })}.${encode(claimsOf())}.${encode('\0'.repeat(64))}`,
  ],
  [
    'an ECDSA signature in DER',
    async () => {
      const [head, payload, signature = ''] = (await sign(elliptic)).split('.');
      const [r, s] = [signature.slice(0, 43), signature.slice(43)].map((half) => Buffer.from(half, 'base64url'));
      const der = Buffer.concat([Buffer.from([0x30, 0x44, 2, 32]), r!, Buffer.from([2, 32]), s!]);
      return `${head}.${payload}.${der.toString('base64url')}`;
    },
  ],
  ['the signature of another key of the same kid', () => sign(other)],
  ['a key in the header', () => sign(other, {}, { jwk: other.jwk })],
  ['the URL of keys in the header', () => sign(other, {}, { jku: `${stranger.url}/jku` })],
  ['the URL of a certificate in the header', () => sign(other, {}, { x5u: `${stranger.url}/x5u` })],
  ['a certificate in the header', () => sign(other, {}, { x5c: ['MIIB'] })],
  ...['../../etc/passwd', "' OR 1=1 --", '__proto__', 'constructor', ''].map(
    (kid): Attack => [`kid ${kid}`, () => sign(other, {}, { kid })],
  ),
  ...[{ a: 1 }, 1, null, ['rsa-1'], true].map(
    (kid): Attack => [`kid ${JSON.stringify(kid)}`, () => signRaw({ alg: 'RS256', kid }, claimsOf())],
  ),
  ['an end longer ago than the tolerance', () => sign(rsa, { exp: nowSeconds - 31 })],
  ['a beginning later than the tolerance', () => sign(rsa, { nbf: nowSeconds + 31 })],
  ...[undefined, '4102444800', 0, null, {}, -1].map(
    (exp): Attack => [`exp ${JSON.stringify(exp)}`, () => signRaw(header, claimsOf({ exp }))],
  ),
  ['nbf that is no number', () => sign(rsa, { nbf: 'now' })],
  ['the issuer of another key', () => sign(rsa, { iss: 'https://other.test/' })],
  ...[
    'https://issuer.test',
    'https://issuer.test/.evil.test/',
    'HTTPS://ISSUER.TEST/',
    undefined,
    {},
    ['https://issuer.test/'],
    '__proto__',
    null,
  ].map((iss): Attack => [`iss ${JSON.stringify(iss)}`, () => signRaw(header, claimsOf({ iss }))]),
  ...['shop2', 'sho', '', undefined, {}, ['shop2'], [['shop']], null].map(
    (aud): Attack => [`aud ${JSON.stringify(aud)}`, () => signRaw(header, claimsOf({ aud }))],
  ),
  ...[1, {}, '', ['ada']].map(
    (sub): Attack => [`sub ${JSON.stringify(sub)}`, () => signRaw(header, claimsOf({ sub }))],
  ),
  ['an unknown critical header', () => signRaw({ ...header, crit: ['x'], x: 1 }, claimsOf())],
  ['an empty crit', () => signRaw({ ...header, crit: [] }, claimsOf())],
  ['a payload that is not encoded', () => signRaw({ ...header, crit: ['b64'], b64: false }, claimsOf())],
  ['a payload that is not JSON', () => signRaw(header, '{"iss":"https://issuer.test/"')],
  ['a payload that is a list', () => signRaw(header, [claimsOf()])],
  ['a payload that is a string', () => signRaw(header, '"ada"')],
  ['a header that is a list', () => signRaw([header], claimsOf())],
  ['a header that is not JSON', () => signRaw('nothing', claimsOf())],
  ['a payload that was changed', () => `${parts()[0]}.${encode(claimsOf({ sub: 'eve' }))}.${parts()[2]}`],
  [
    'a signature with a bit flipped',
    () => `${parts()[0]}.${parts()[1]}.${parts()[2].startsWith('A') ? 'B' : 'A'}${parts()[2].slice(1)}`,
  ],
  ['white space inside', () => `${parts()[0]}. ${parts()[1]}.${parts()[2]}`],
  ['another token after a comma', () => `${good}, Bearer ${good}`],
  ['12 kB', () => `${good}${'A'.repeat(12_000)}`],
  ['60 kB', () => `${encode({ ...header, x: 'x'.repeat(60_000) })}.${parts()[1]}.${parts()[2]}`],
  ['1 MB', () => 'a'.repeat(1_000_000)],
  ['ten thousand dots', () => '.'.repeat(10_000)],
  ['dots enough to stay below the limit', () => '.'.repeat(8_000)],
  [
    'claims nested deeply',
    () => signRaw(header, `${JSON.stringify(claimsOf()).slice(0, -1)},"x":${'['.repeat(2_000)}${']'.repeat(2_000)}}`),
  ],
  ['a header nested deeply', () => signRaw(`{"alg":"RS256","x":${'['.repeat(2_000)}${']'.repeat(2_000)}}`, '{}')],
  [
    'a claim called __proto__',
    () => signRaw(header, `${JSON.stringify(claimsOf()).slice(0, -1)},"__proto__":{"roles":["admin"]}}`),
  ],
  ['claims in __proto__', () => signRaw(header, `{"__proto__":${JSON.stringify(claimsOf())}}`)],
  ['random bytes', () => randomBytes(300).toString('base64url')],
];

describe('a JWT that is good', () => {
  it('says who asks, with scopes, roles and tier where the configuration says they are', async () => {
    await using mapped = startIdentify({
      jwt: [
        {
          issuer: 'https://issuer.test/',
          jwks: issuer.url,
          audience: ['admin', 'shop'],
          scopes: 'permissions.list',
          roles: 'https://shop.test/roles',
          tier: 'account.plan',
          subject: 'uid',
        },
      ],
    });
    const token = await sign(rsa, {
      uid: 'u-1',
      permissions: { list: ['read', 7, 'write'] },
      'https://shop.test/roles': 'admin  editor',
      account: { plan: 'gold' },
      toString: 'x',
    });
    const identity = await mapped.ask(bearer(token));
    expect(identity).toMatchObject({
      kind: 'jwt',
      subject: 'u-1',
      scopes: new Set(['read', 'write']),
      roles: new Set(['admin', 'editor']),
      tier: 'gold',
      expiresAtMs: startMs + 300_000,
      claims: { sub: 'ada', toString: 'x' },
    });
    expect(Object.getPrototypeOf('claims' in identity && identity.claims)).toBe(null);
  });

  it.each([
    ['within the tolerance of its end', { exp: nowSeconds - 29 }],
    ['within the tolerance of its beginning', { nbf: nowSeconds + 29 }],
    ['for several audiences', { aud: ['x', 'shop'] }],
    ['with the last of two claims of a name', undefined],
  ])('counts %s', async (_case, claims) => {
    const twice = `{"sub":"eve",${JSON.stringify(claimsOf()).slice(1)}`;
    const token = claims === undefined ? signRaw(header, twice) : await sign(rsa, claims);
    expect(wordFor(await identify.ask(bearer(token)))).toBe('ada');
  });

  it('counts when signed by ECDSA, by another issuer, and whatever the case of its scheme', async () => {
    expect(wordFor(await identify.ask(bearer(await sign(elliptic))))).toBe('ada');
    expect(wordFor(await identify.ask(bearer(await sign(other, { iss: 'https://other.test/' }))))).toBe('ada');
    expect(wordFor(await identify.ask({ authorization: `bEARER   ${good}` }))).toBe('ada');
  });

  it('is told apart by issuer and subject, and by nothing else', async () => {
    const keyOf = async (key: SigningKey, claims: object) => {
      const identity = await identify.ask(bearer(await sign(key, { ...claims })));
      return identity instanceof GatewayError ? identity.code : identity.key;
    };
    const ada = await keyOf(rsa, {});
    expect(ada).toMatch(/^token:[\w-]{43}$/);
    expect(await keyOf(rsa, { jti: '2', scope: 'read' })).toBe(ada);
    const others = [
      await keyOf(other, { iss: 'https://other.test/' }),
      await keyOf(rsa, { sub: 'bob' }),
      await keyOf(rsa, { sub: undefined, jti: '3' }),
      await keyOf(rsa, { sub: undefined, jti: '4' }),
    ];
    expect(new Set([ada, ...others]).size).toBe(5);
  });

  it.each([
    ['a shared secret', { secret: 's'.repeat(32) }],
    ['keys in a file', undefined],
    ['a key in PEM, which has no kid', 'pem'],
  ])('can be verified with %s', async (_case, given) => {
    const source =
      given === undefined
        ? { keys: JSON.stringify({ keys: [rsa.jwk] }) }
        : given === 'pem'
          ? { keys: pem('spki') }
          : given;
    await using local = startIdentify({
      jwt: [{ issuer: 'https://issuer.test/', audience: 'shop', ...(source as object) }],
    });
    const isSecret = typeof given === 'object';
    const token = isSecret ? hmac('s'.repeat(32), { alg: 'HS256' }) : good;
    expect(wordFor(await local.ask(bearer(token)))).toBe('ada');
    expect(wordFor(await local.ask(bearer(isSecret ? good : hmac(pem('spki')))))).toBe('UNAUTHENTICATED');
    expect(wordFor(await local.ask(bearer(isSecret ? hmac('') : await sign(other))))).toBe('UNAUTHENTICATED');
  });
});

describe('a JWT that is not good', () => {
  it.each(attacks)('is refused like every other: %s', async (_name, token) => {
    const text = await token();
    const before = process.cpuUsage();
    const outcome = await identify.ask(bearer(text));
    const { user, system } = process.cpuUsage(before);
    // In microseconds of this process, whatever else the machine does.
    expect(user + system).toBeLessThan(100_000);
    expect(outcome).toMatchObject({ code: 'UNAUTHENTICATED', message, headers: challenge, extensions: {} });
    // The path of the key sets: no URL of a token's header was ever asked.
    expect([...issuer.requests, ...stranger.requests].filter(({ url }) => url !== '/')).toEqual([]);
    expect(JSON.stringify(identify.lines)).not.toContain(text.slice(0, 200) || 'nothing');
    expect(wordFor(await identify.ask(bearer(good)))).toBe('ada');
    expect(({} as { roles?: unknown }).roles).toBeUndefined();
  });
});

describe('the place of a token', () => {
  it.each([
    ['empty', ''],
    ['without a token', 'Bearer'],
    ['with an empty token', 'Bearer '],
    ['of another scheme', 'Basic YWRhOmxvdmVsYWNl'],
    ['without a scheme', 'a.b.c'],
    ['with a scheme that begins alike', 'BearerX a.b.c'],
  ])('refuses a header %s', async (_case, authorization) => {
    expect(await identify.ask({ authorization })).toMatchObject({
      code: 'UNAUTHENTICATED',
      message,
      headers: challenge,
    });
  });

  it('is where the configuration says and nowhere else', async () => {
    const jwt = [{ issuer: 'https://issuer.test/', jwks: issuer.url, audience: 'shop' }];
    await using named = startIdentify({ jwt, token: { header: 'X-Token', prefix: '' }, anonymous: false });
    expect(wordFor(await named.ask({ 'x-token': good }))).toBe('ada');
    expect(wordFor(await named.ask(bearer(good)))).toBe('UNAUTHENTICATED');
    await using cookie = startIdentify({ jwt, token: { cookie: 'session' } });
    expect(wordFor(await cookie.ask({ cookie: `a=b; session=${good}; c=d` }))).toBe('ada');
    expect(wordFor(await cookie.ask({ cookie: `xsession=${good}` }))).toBe('anonymous');
    expect(wordFor(await cookie.ask({ cookie: `session=${good}; session=x` }))).toBe('UNAUTHENTICATED');
    expect(wordFor(await cookie.ask({ cookie: 'session=' }))).toBe('UNAUTHENTICATED');
    expect(wordFor(await cookie.ask({ cookie: `session=${good}`, authorization: 'Bearer x' }))).toBe('UNAUTHENTICATED');
  });

  it('is not looked at when no tokens are configured', async () => {
    await using none = startIdentify({});
    expect(wordFor(await none.ask({ authorization: 'Basic x' }))).toBe('anonymous');
  });
});
