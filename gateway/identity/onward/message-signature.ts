import { constants, createHmac, hash, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { httpbis, type SigningKey as MessageKey } from 'http-message-signatures';
import type { SigningAlgorithm, SigningKey } from './parse-signing-keys.ts';
import type { SignableRequest, SignRequest } from './signable-request.ts';

const signWith = promisify(sign);

/** Headers that a message signature brings. */
export const messageSignatureHeaders = ['content-digest', 'signature', 'signature-input'] as const;

/** How a key signs messages (https://www.rfc-editor.org/rfc/rfc9421#section-3.3). */
const schemes: Readonly<
  Record<SigningAlgorithm, { readonly alg: string; readonly sign: (data: Buffer, key: KeyObject) => Promise<Buffer> }>
> = {
  ES256: {
    alg: 'ecdsa-p256-sha256',
    sign: (data, key) => signWith('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
  },
  ES384: {
    alg: 'ecdsa-p384-sha384',
    sign: (data, key) => signWith('sha384', data, { key, dsaEncoding: 'ieee-p1363' }),
  },
  EdDSA: { alg: 'ed25519', sign: (data, key) => signWith(null, data, key) },
  RS256: { alg: 'rsa-pss-sha512', sign: signPss },
  PS256: { alg: 'rsa-pss-sha512', sign: signPss },
};

export interface MessageSignatureOptions {
  /** What is signed where a request has it: names of headers, and derived components such as `@method`. */
  readonly components: readonly string[];
  readonly key: () => MessageKey;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Signs requests as https://www.rfc-editor.org/rfc/rfc9421 says, bodies by their digest (https://www.rfc-editor.org/rfc/rfc9530). */
export function createMessageSignature({ components, key, now }: MessageSignatureOptions): SignRequest {
  return async (request) => {
    const digest = digestOf(request);
    const headers: Record<string, string> = Object.fromEntries(pairsOf([...request.headers, ...digest]));
    const fields = components.filter((name) => name.startsWith('@') || Object.hasOwn(headers, name));
    const config = {
      key: key(),
      name: 'overlock',
      fields,
      params: ['created', 'keyid', 'alg'],
      paramValues: { created: new Date(now()) },
    };
    const signed = await httpbis.signMessage(config, { method: request.method, url: request.url, headers });
    const added = ['Signature-Input', 'Signature'].flatMap((name) => [
      name.toLowerCase(),
      String(signed.headers[name]),
    ]);
    return [...digest, ...added];
  };
}

/** A key of the gateway as one to sign messages with. */
export function toMessageKey({ kid, algorithm, privateKey }: SigningKey): MessageKey {
  const scheme = schemes[algorithm];
  return { id: kid, alg: scheme.alg, sign: (data) => scheme.sign(data, privateKey) };
}

/** A secret as a key to sign messages with. */
export function toSecretMessageKey(secret: string, keyId: string): MessageKey {
  return {
    id: keyId,
    alg: 'hmac-sha256',
    sign: async (data) => createHmac('sha256', secret).update(data).digest(),
  };
}

function digestOf({ body }: SignableRequest): readonly string[] {
  return body === undefined ? [] : ['content-digest', `sha-256=:${hash('sha256', body, 'base64')}:`];
}

function pairsOf(headers: readonly string[]): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    pairs.push([headers[index] ?? '', headers[index + 1] ?? '']);
  }
  return pairs;
}

function signPss(data: Buffer, key: KeyObject): Promise<Buffer> {
  // RFC 9421 fixes the length of the salt; Node would take the longest.
  return signWith('sha512', data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 });
}
