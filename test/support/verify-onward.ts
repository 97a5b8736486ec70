import { createHash, createHmac, createPublicKey, type JsonWebKey, timingSafeEqual, verify } from 'node:crypto';
import type { ReceivedRequest } from './fake-subgraph.ts';

/** What a subgraph sees of a request. */
export type SeenRequest = Pick<ReceivedRequest, 'method' | 'path' | 'headers' | 'body'>;

export interface KeySet {
  readonly keys: readonly (JsonWebKey & { readonly kid: string; readonly alg: string })[];
}

type Claims = Readonly<Record<string, unknown>>;

/** Digest, and how signatures of ECDSA and RSASSA-PSS are written, by the algorithms of JWTs and of HTTP messages. */
const schemes: Readonly<Record<string, readonly [digest: string | null, options: object]>> = {
  ES256: ['sha256', { dsaEncoding: 'ieee-p1363' }],
  ES384: ['sha384', { dsaEncoding: 'ieee-p1363' }],
  RS256: ['sha256', {}],
  PS256: ['sha256', { padding: 6, saltLength: 32 }],
  EdDSA: [null, {}],
  'ecdsa-p256-sha256': ['sha256', { dsaEncoding: 'ieee-p1363' }],
  'ecdsa-p384-sha384': ['sha384', { dsaEncoding: 'ieee-p1363' }],
  'rsa-pss-sha512': ['sha512', { padding: 6, saltLength: 64 }],
  ed25519: [null, {}],
};

/** The claims of a JWT of the gateway. @throws Error when it is not good for `audience` */
export function verifyJwt(token: string, keySet: KeySet, audience: string, nowMs = Date.now()): Claims {
  const [head = '', body = '', signature = '', ...more] = token.split('.');
  const header = readJson(head);
  const jwk = keySet.keys.find(({ kid }) => kid === header['kid']);
  if (jwk === undefined) throw new Error('The key is not known.');
  if (header['alg'] !== jwk.alg || more.length > 0) throw new Error('The token is no JWT of this key.');
  if (!isSigned(jwk, jwk.alg, `${head}.${body}`, Buffer.from(signature, 'base64url'))) throw new Error('It is forged.');
  const claims = readJson(body);
  if (claims['aud'] !== audience) throw new Error('It is for somebody else.');
  if (Number(claims['exp']) * 1_000 <= nowMs || Number(claims['iat']) * 1_000 > nowMs)
    throw new Error('It is too late.');
  return claims;
}

export interface Signed {
  /** Names of what was signed. */
  readonly components: readonly string[];
  readonly created: number;
  readonly keyid: string;
  readonly alg: string;
}

/** Verifies the signature named overlock (https://www.rfc-editor.org/rfc/rfc9421#section-3.2). @throws Error when it is not good */
export function verifyMessage(request: SeenRequest, key: KeySet | string): Signed {
  const input = dictionaryMember(request, 'signature-input');
  const signature = /^:([A-Za-z0-9+/=]+):$/.exec(dictionaryMember(request, 'signature'))?.[1];
  const [, list = '', created, keyid = '', alg = ''] =
    /^\(([^)]*)\);created=(\d+);keyid="([^"]+)";alg="([^"]+)"$/.exec(input) ?? [];
  if (signature === undefined || created === undefined) throw new Error(`It cannot be read: ${input}`);
  const components = [...list.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
  const lines = components.map((name) => `"${name}": ${componentOf(request, name)}`);
  const base = [...lines, `"@signature-params": ${input}`].join('\n');
  const bytes = Buffer.from(signature, 'base64');
  if (typeof key === 'string') {
    const expected = createHmac('sha256', key).update(base).digest();
    if (alg !== 'hmac-sha256' || !timingSafeEqual(expected, bytes)) throw new Error('It is forged.');
  } else {
    const jwk = key.keys.find(({ kid }) => kid === keyid);
    if (jwk === undefined || !isSigned(jwk, alg, base, bytes)) throw new Error('It is forged.');
  }
  return { components, created: Number(created), keyid, alg };
}

/** Verifies a signature of kind hmac. @throws Error when it is not good */
export function verifyHmac(request: SeenRequest, secret: string, header = 'x-overlock-signature'): number {
  const [, time = '', mac = ''] = /^t=(\d+),v1=([\da-f]{64})$/.exec(String(request.headers[header])) ?? [];
  const text = `${time}\n${request.method}\n${request.path}\n${request.body}`;
  const expected = createHmac('sha256', secret).update(text).digest();
  if (!timingSafeEqual(expected, Buffer.from(mac, 'hex'))) throw new Error('It is forged.');
  return Number(time);
}

function componentOf({ method, path, headers, body }: SeenRequest, name: string): string {
  const [pathname = '', query] = path.split('?');
  const host = String(headers.host);
  switch (name) {
    case '@method':
      return method;
    case '@path':
      return pathname;
    case '@query':
      return `?${query ?? ''}`;
    case '@authority':
      return host;
    case '@scheme':
      return 'http';
    case '@target-uri':
      return `http://${host}${path}`;
    case 'content-digest': {
      const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
      if (headers['content-digest'] !== digest) throw new Error('The body is another one.');
      return digest;
    }
    default:
      if (headers[name] === undefined) throw new Error(`There is no header ${name}.`);
      return String(headers[name]);
  }
}

function dictionaryMember({ headers }: SeenRequest, header: string): string {
  const value = String(headers[header]);
  if (!value.startsWith('overlock=')) throw new Error(`The header ${header} is missing.`);
  return value.slice('overlock='.length);
}

function isSigned(jwk: JsonWebKey, alg: string, text: string, signature: Buffer): boolean {
  const scheme = schemes[alg];
  if (scheme === undefined) throw new Error(`Nobody signs with ${alg}.`);
  const [digest, options] = scheme;
  return verify(
    digest,
    Buffer.from(text),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), ...options },
    signature,
  );
}

function readJson(part: string): Claims {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}
