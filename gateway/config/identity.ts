import { z } from 'zod';
import { headerName } from './headers.ts';
import { onwardSection } from './onward.ts';
import { parsePublicKeys } from './public-keys.ts';
import { always, duration, filePath, httpUrl, ipRange, size, timeout } from './units.ts';

const claimPath = z.string().min(1);
const words = z.array(z.string().min(1));
const asymmetric = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;
const symmetric = ['HS256', 'HS384', 'HS512'] as const;
type Algorithm = (typeof asymmetric)[number] | (typeof symmetric)[number];
/** Longer than the secret is of no use; shorter can be guessed (https://www.rfc-editor.org/rfc/rfc7518#section-3.2). */
const secretLeastBytes: Partial<Readonly<Record<Algorithm, number>>> = { HS256: 32, HS384: 48, HS512: 64 };

const audience = z.union([z.string().min(1), words.min(1)], 'must be a name or a list of names');

const claims = {
  subject: claimPath.default('sub').describe('Claim that names who asks.'),
  scopes: claimPath.default('scope').describe('Claim with the scopes: words in one string, or a list.'),
  roles: claimPath.default('roles').describe('Claim with the roles: words in one string, or a list.'),
  tier: claimPath.optional().describe('Claim that names the rate-limit tier.'),
};

const issuer = z
  .strictObject({
    issuer: z.string().min(1).describe('What the claim iss of its tokens must be, letter for letter.'),
    jwks: httpUrl().optional().describe('URL of its JSON Web Key Set.'),
    keys: z
      .string()
      .transform((text, context) => {
        const keys = parsePublicKeys(text);
        if (keys !== undefined) return keys;
        context.addIssue('must be a JSON Web Key Set or PEM with public keys');
        return z.NEVER;
      })
      .optional()
      .describe('Its public keys, mostly { file: keys.json }: a JSON Web Key Set, or PEM.'),
    secret: z.string().optional().describe('The secret that it shares with the gateway, for HS256, HS384 and HS512.'),
    algorithms: z
      .array(z.enum([...asymmetric, ...symmetric]))
      .min(1)
      .optional()
      .describe('Accepted signatures. Default: all asymmetric ones, or HS256 with a secret.'),
    audience: audience.describe('What the claim aud must name, at least one of them.'),
    clockTolerance: duration()
      .refine((ms) => ms <= 60_000, 'must be at most 60s')
      .prefault('30s')
      .describe('How far its clock may be from ours, at most 60s.'),
    maxAge: timeout().prefault('5m').describe('How long keys of a URL are used before they are asked for again.'),
    maxStale: duration().prefault('24h').describe('How long they are used when they cannot be had again.'),
    cooldown: timeout().prefault('10s').describe('Least time between two requests for keys, whatever tokens come.'),
    timeout: timeout().prefault('2s').describe('How long its keys may take to arrive.'),
    ...claims,
  })
  .refine(({ jwks, keys, secret }) => [jwks, keys, secret].filter((given) => given !== undefined).length === 1, {
    message: 'needs either jwks, keys or secret',
    ...always,
  })
  .transform(({ algorithms, ...rest }) => ({
    ...rest,
    algorithms: algorithms ?? (rest.secret === undefined ? [...asymmetric] : ['HS256' as const]),
  }))
  .refine(({ algorithms, secret }) => algorithms.every((name) => name.startsWith('HS') === (secret !== undefined)), {
    message: 'must be HS256, HS384 or HS512 with a secret, and none of them without',
    path: ['algorithms'],
  })
  .refine(({ algorithms, secret }) => {
    const bytes = Buffer.byteLength(secret ?? '');
    return secret === undefined || algorithms.every((name) => bytes >= (secretLeastBytes[name] ?? 0));
  }, 'secret must be as long as the hash: 32 bytes for HS256, 48 for HS384, 64 for HS512')
  .meta({ either: ['jwks', 'keys', 'secret'] });

const token = z.strictObject({
  header: headerName.default('authorization').describe('Header that carries a token.'),
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9-]{0,32}$/, 'must be a word of letters, digits and -, or empty')
    .default('Bearer')
    .describe('Scheme that stands before it, case aside; "" for none.'),
  cookie: z
    .string()
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be the name of a cookie')
    .optional()
    .describe('Cookie that carries a token when the header does not.'),
  maxBytes: size().prefault('8kb').describe('Longest token; a longer one is not accepted.'),
});

const introspection = z.strictObject({
  url: httpUrl().describe('Introspection endpoint (RFC 7662).'),
  clientId: z.string().min(1).describe('What the gateway calls itself there.'),
  clientSecret: z.string().min(1).describe('How it proves it.'),
  audience: audience.optional().describe('What aud must name, at least one of them. Default: not asked.'),
  timeout: timeout().prefault('2s').describe('How long an answer may take.'),
  cacheFor: duration().prefault('10s').describe('How long an answer counts, yes or no.'),
  ...claims,
});

const certificate = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z]+:./, 'must be a name with its kind, such as URI:spiffe://example.org/shop or CN:shop')
    .describe(
      'Name with its kind, such as URI:spiffe://example.org/shop, DNS:shop.example.org or CN:shop; a final * stands for any rest.',
    ),
  scopes: words.default([]).describe('Scopes of who has such a certificate.'),
  roles: words.default([]).describe('Roles.'),
  tier: z.string().optional().describe('Rate-limit tier.'),
});

/** Who asks. */
export const identitySection = z
  .strictObject({
    jwt: z
      .array(issuer)
      .refine((issuers) => new Set(issuers.map((one) => one.issuer)).size === issuers.length, {
        message: 'must name each issuer once; audience may be a list',
      })
      .default([])
      .describe('Issuers of JSON Web Tokens that are accepted.'),
    token: token.prefault({}).describe('Where clients put a token, JWT or opaque.'),
    introspection: introspection.optional().describe('Who is asked about tokens that are no JWT.'),
    apiKeys: z
      .strictObject({
        header: headerName.default('x-api-key').describe('Header that carries a key.'),
        file: filePath().optional().describe('File with the digests of the keys, which `overlock keys` writes.'),
        store: z
          .literal(true)
          .optional()
          .describe('Whether they are in control.store, which `overlock keys --admin` writes.'),
      })
      .refine(({ file, store }) => (file === undefined) !== (store === undefined), {
        message: 'needs either file or store',
        ...always,
      })
      .meta({ either: ['file', 'store'] })
      .optional()
      .describe('API keys. A change of the file counts within two seconds, one of the store within one.'),
    certificates: z
      .array(certificate)
      .min(1)
      .optional()
      .describe(
        'Client certificates that are accepted; the first that fits counts. Default: all that listen.tls lets in.',
      ),
    anonymous: z.boolean().default(true).describe('Whether operations without credentials are run.'),
    client: z
      .strictObject({
        nameHeader: headerName.default('apollographql-client-name').describe('Header with the name of the client.'),
        versionHeader: headerName
          .default('apollographql-client-version')
          .describe('Header with the version of the client.'),
      })
      .prefault({})
      .describe('How clients say what they are. Nothing proves it.'),
    trustedProxies: z
      .array(ipRange())
      .default([])
      .describe('Proxies whose X-Forwarded-For is believed: addresses, or ranges such as 10.0.0.0/8.'),
    cache: z
      .strictObject({
        maxAge: duration()
          .prefault('60s')
          .describe('How long a verified token is not verified again; never beyond its end.'),
        entries: z.int().min(1).default(10_000).describe('How many verified tokens are kept.'),
      })
      .prefault({})
      .describe('Verified tokens, by digest.'),
    recheck: timeout()
      .refine((ms) => ms <= 25_000, 'must be at most 25s')
      .prefault('12s')
      .describe(
        'How often credentials are looked at again as long as a subscription or a WebSocket is open, at most 25s; when they have ended or were revoked, so does it.',
      ),
    onward: onwardSection.optional().describe('How subgraphs learn who asks, so that they need not trust the network.'),
  })
  .prefault({});

export type IdentityConfig = z.output<typeof identitySection>;
export type IssuerConfig = IdentityConfig['jwt'][number];
export type IntrospectionConfig = NonNullable<IdentityConfig['introspection']>;
/** Where claims say what; paths of names joined by dots. */
export type ClaimMapping = Pick<IssuerConfig, 'subject' | 'scopes' | 'roles' | 'tier'>;
export type CertificateRule = NonNullable<IdentityConfig['certificates']>[number];
