import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { identitySection } from '../../../gateway/config/identity.ts';
import { listenSection } from '../../../gateway/config/listen.ts';
import { loadConfig } from '../../../gateway/config/load.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const issuer = { issuer: 'https://issuer.test/', audience: 'shop' };
const jwks = 'https://issuer.test/keys';

function problemsOf(section: unknown, schema: z.ZodType = identitySection) {
  const issues = schema.safeParse(section).error?.issues ?? [];
  return issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim());
}

describe('the section identity', () => {
  it('lets everybody in anonymously when nothing is said, and believes no proxy', () => {
    expect(identitySection.parse(undefined)).toMatchObject({
      jwt: [],
      anonymous: true,
      trustedProxies: [],
      token: { header: 'authorization', prefix: 'Bearer', maxBytes: 8_192 },
      cache: { maxAge: 60_000 },
    });
  });

  it('takes what the documentation shows', () => {
    const section = {
      jwt: [
        { ...issuer, jwks, algorithms: ['RS256', 'ES256'], scopes: 'scope', roles: 'realm_access.roles', tier: 'plan' },
      ],
      apiKeys: { header: 'X-API-Key', file: '/etc/keys.json' },
      introspection: { url: 'https://issuer.test/introspect', clientId: 'gateway', clientSecret: 'secret' },
      anonymous: false,
      client: { nameHeader: 'x-name', versionHeader: 'x-version' },
      trustedProxies: ['127.0.0.1/32'],
    };
    expect(problemsOf(section)).toEqual([]);
    expect(identitySection.parse(section).apiKeys?.header).toBe('x-api-key');
  });

  it('may refer to files and to the environment', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'overlock-identity-'));
    const yaml = `graph: { supergraph: s.graphql }
listen: { tls: { cert: tls/server.pem, key: { file: tls/server.key } } }
identity:
  jwt:
    - { issuer: a, audience: shop, keys: { file: key.pem } }
    - { issuer: b, audience: shop, secret: "\${SECRET}" }
    - { issuer: c, audience: shop, jwks: "\${ISSUER}/keys" }
  apiKeys: { file: keys.json }
`;
    await writeFile(join(cwd, 'key.pem'), pem);
    await writeFile(join(cwd, 'overlock.yaml'), yaml);
    const loaded = await loadConfig({ cwd, env: { SECRET: 's'.repeat(32), ISSUER: 'https://issuer.test' } });
    await rm(cwd, { recursive: true });
    expect(loaded).toMatchObject({
      kind: 'loaded',
      files: expect.arrayContaining([join(cwd, 'key.pem')]),
      config: {
        listen: { tls: { cert: join(cwd, 'tls/server.pem'), key: join(cwd, 'tls/server.key') } },
        identity: {
          jwt: [
            { keys: { keys: [publicKey.export({ format: 'jwk' })] } },
            { secret: 's'.repeat(32) },
            { jwks: 'https://issuer.test/keys' },
          ],
          apiKeys: { file: join(cwd, 'keys.json') },
        },
      },
    });
  });

  it('pins asymmetric algorithms by default, and HS256 for a secret', () => {
    const algorithmsOf = (more: object) => identitySection.parse({ jwt: [{ ...issuer, ...more }] }).jwt[0]?.algorithms;
    expect(algorithmsOf({ jwks })).toEqual(expect.arrayContaining(['RS256', 'ES256', 'EdDSA']));
    expect(algorithmsOf({ jwks })?.join()).not.toMatch(/HS|none/i);
    expect(algorithmsOf({ secret: 's'.repeat(32) })).toEqual(['HS256']);
  });

  it('takes keys as PEM, a key or a set of keys, and leaves private parts behind', () => {
    const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'a', alg: 'ES256' };
    const keysOf = (keys: string) => identitySection.parse({ jwt: [{ ...issuer, keys }] }).jwt[0]?.keys?.keys;
    expect(keysOf(pem)).toEqual([publicKey.export({ format: 'jwk' })]);
    const expected = [{ ...publicKey.export({ format: 'jwk' }), kid: 'a', alg: 'ES256' }];
    expect(keysOf(JSON.stringify(jwk))).toEqual(expected);
    expect(keysOf(JSON.stringify({ keys: [jwk] }))).toEqual(expected);
  });

  const symmetric = JSON.stringify({ keys: [{ kty: 'oct', k: 'c2VjcmV0' }] });
  it.each([
    ['no keys', {}, 'jwt.0 needs either jwks, keys or secret'],
    ['two sources of keys', { jwks, secret: 's'.repeat(32) }, 'jwt.0 needs either jwks, keys or secret'],
    ['an empty key set', { keys: '{"keys":[]}' }, 'jwt.0.keys must be a JSON Web Key Set or PEM with public keys'],
    ['symmetric keys', { keys: symmetric }, 'jwt.0.keys must be a JSON Web Key Set or PEM with public keys'],
    ['a text that is no key', { keys: 'key' }, 'jwt.0.keys must be a JSON Web Key Set or PEM with public keys'],
    [
      'a short secret',
      { secret: 'secret' },
      'jwt.0 secret must be as long as the hash: 32 bytes for HS256, 48 for HS384, 64 for HS512',
    ],
    [
      'a secret too short for one of two',
      { secret: 's'.repeat(32), algorithms: ['HS256', 'HS512'] },
      'jwt.0 secret must be as long as the hash: 32 bytes for HS256, 48 for HS384, 64 for HS512',
    ],
    [
      'HS256 beside public keys',
      { jwks, algorithms: ['RS256', 'HS256'] },
      'jwt.0.algorithms must be HS256, HS384 or HS512 with a secret, and none of them without',
    ],
    [
      'RS256 with a secret',
      { secret: 's'.repeat(32), algorithms: ['RS256'] },
      'jwt.0.algorithms must be HS256, HS384 or HS512 with a secret, and none of them without',
    ],
    ['a tolerance of two minutes', { jwks, clockTolerance: '2m' }, 'jwt.0.clockTolerance must be at most 60s'],
  ])('refuses %s', (_case, more, problem) => {
    expect(problemsOf({ jwt: [{ ...issuer, ...more }] })).toEqual([problem]);
  });

  it('refuses none, an issuer named twice, an audience that is missing, and proxies that are none', () => {
    expect(problemsOf({ jwt: [{ ...issuer, jwks, algorithms: ['none'] }] }).join()).toContain('jwt.0.algorithms.0');
    expect(
      problemsOf({
        jwt: [
          { ...issuer, jwks },
          { ...issuer, jwks },
        ],
      }).join(),
    ).toContain('must name each issuer once');
    expect(problemsOf({ jwt: [{ issuer: 'a', jwks }] }).join()).toContain('jwt.0.audience');
    expect(problemsOf({ trustedProxies: ['10.0.0.0/33'] }).join()).toContain('trustedProxies.0 must be an IP address');
  });
});

describe('listen.tls', () => {
  it('asks for an authority where client certificates are asked for', () => {
    const files = { cert: 'a.pem', key: 'a.key' };
    const wanted = ['tls needs clientCa beside clientCertificate and clientCrl'];
    expect(problemsOf({ tls: { ...files, clientCertificate: 'require' } }, listenSection)).toEqual(wanted);
    expect(problemsOf({ tls: { ...files, clientCrl: 'crl.pem' } }, listenSection)).toEqual(wanted);
    expect(problemsOf({ tls: { ...files, clientCa: 'ca.pem', clientCertificate: 'request' } }, listenSection)).toEqual(
      [],
    );
  });
});
