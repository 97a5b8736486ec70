import { z } from 'zod';
import { ownOfRequests } from '../lib/own-headers.ts';
import { headerName } from './headers.ts';
import { always, duration, filePath, named } from './units.ts';

/** As long as the hash (https://www.rfc-editor.org/rfc/rfc2104#section-3). */
const secretLeastBytes = 32;

const claim = z.string().min(1).max(256);
const header = headerName.refine((name) => !ownOfRequests.has(name), 'must not be a header that every request has');

/** Claims that the gateway states itself (https://www.rfc-editor.org/rfc/rfc7519#section-4.1). */
const ownClaims: ReadonlySet<string> = new Set(['iss', 'aud', 'exp', 'nbf', 'iat', 'jti']);

const jwt = z.strictObject({
  header: header
    .default('authorization')
    .describe('Header that carries it; in authorization "Bearer" stands before it.'),
  issuer: z.string().min(1).default('overlock').describe('Its claim iss.'),
  audience: z.string().min(1).optional().describe('Its claim aud. Default: the name of the subgraph.'),
  claims: z
    .array(
      claim.refine(
        (path) => !ownClaims.has(path.split('.', 1)[0] ?? ''),
        'must not be a claim that the gateway states itself',
      ),
    )
    .default(['sub', 'scope', 'roles'])
    .describe('Which verified claims it holds.'),
  lifetime: duration()
    .refine((ms) => ms >= 5_000 && ms <= 3_600_000, 'must be between 5s and 1h')
    .prefault('60s')
    .describe('How long it counts, at most as long as the credentials behind it.'),
});

const signature = z
  .strictObject({
    kind: z
      .enum(['message-signatures', 'hmac'])
      .describe(
        'message-signatures: RFC 9421, with the first of keys or with secret. hmac: HMAC-SHA256 in one header.',
      ),
    secret: z
      .string()
      .refine((text) => Buffer.byteLength(text) >= secretLeastBytes, `must have at least ${secretLeastBytes} bytes`)
      .optional()
      .describe('The secret that the subgraph shares with the gateway.'),
    keyId: z
      .string()
      .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'must be visible ASCII without quotes and backslashes')
      .default('overlock')
      .describe('For message-signatures with a secret: the keyid.'),
    components: z
      .array(
        z
          .string()
          .toLowerCase()
          .regex(
            /^(@(method|authority|scheme|target-uri|path|query)|[!#$%&'*+.^`|~0-9a-z_-]+)$/,
            'must be a header name, @method, @authority, @scheme, @target-uri, @path or @query',
          ),
      )
      .min(1)
      .optional()
      .describe(
        'For message-signatures: what is signed, where it is there. Default: @method, @path, @query, content-digest and the headers of onward.',
      ),
    header: header
      .default('x-overlock-signature')
      .describe(
        'For hmac: header with t=<seconds>,v1=<hex>, which is the HMAC of <seconds>, <method>, <path and query> and <body> with a line feed between them.',
      ),
  })
  .refine(({ kind, secret }) => kind !== 'hmac' || secret !== undefined, {
    message: 'is needed for kind: hmac',
    path: ['secret'],
  });

const rule = z
  .strictObject({
    headers: named(header, claim)
      .optional()
      .describe(
        'Verified claims by the header that carries them; a path such as realm_access.roles leads into a claim.',
      ),
    jwt: jwt.optional().describe('A short-lived JWT that the gateway signs; anonymous clients have none.'),
    signature: signature.optional().describe('A signature of each request.'),
    subgraphs: z.array(z.string()).optional().describe('Only for these subgraphs. Default: all.'),
  })
  .refine(({ headers, jwt, signature }) => (headers ?? jwt ?? signature) !== undefined, {
    message: 'needs headers, jwt or signature',
    ...always,
  });

/** How subgraphs learn who asks. */
export const onwardSection = z.strictObject({
  rules: z
    .array(rule)
    .min(1)
    .max(100)
    .describe(
      'What is told to which subgraphs; of several rules for one the last decides about each header, the jwt and the signature.',
    ),
  keys: z
    .union([filePath(), z.array(filePath()).min(1).max(100)], 'must be a file, a folder, or a list of files')
    .transform((paths) => [paths].flat())
    .optional()
    .describe(
      'Private keys to sign with, PEM or JWK: a file, a folder (in order of names) or a list. The first one signs, all are published, and changes count within two seconds. Default: one that lasts as long as the process, for a single gateway.',
    ),
  algorithm: z
    .enum(['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'])
    .optional()
    .describe('How JWTs are signed. Default: what suits the key; ES256 for a key of the process.'),
  publicJwks: z
    .boolean()
    .default(false)
    .describe('Whether /.well-known/jwks.json is served on the public port too, not on the admin port alone.'),
});

export type OnwardConfig = z.output<typeof onwardSection>;
export type OnwardRule = OnwardConfig['rules'][number];
export type OnwardJwtConfig = z.output<typeof jwt>;
export type OnwardSignatureConfig = z.output<typeof signature>;
