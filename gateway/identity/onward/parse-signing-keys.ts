import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { OnwardConfig } from '../../config/onward.ts';

export type SigningAlgorithm = NonNullable<OnwardConfig['algorithm']>;

/** A key to sign with. */
export interface SigningKey {
  readonly kid: string;
  /** How it signs JWTs. */
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: KeyObject;
  /** Its public half, as a key set has it. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

const rsaLeastBits = 2048;
const keysMost = 100;

/**
 * Reads the private keys of a JSON Web Key, a set of them, or PEM.
 * @throws Error with words that go on after the name of the file
 */
export async function parseSigningKeys(text: string, algorithm?: SigningAlgorithm): Promise<readonly SigningKey[]> {
  if (text.trimStart().startsWith('-----BEGIN')) return [await toSigningKey(readPem(text), {}, algorithm)];
  const jwks = readJwks(text);
  return await Promise.all(jwks.map((jwk) => toSigningKey(readJwk(jwk), jwk, algorithm)));
}

/** @throws Error with words that go on after the name of the file */
export async function toSigningKey(
  privateKey: KeyObject,
  { kid, alg }: Readonly<Record<string, unknown>>,
  wanted: SigningAlgorithm | undefined,
): Promise<SigningKey> {
  const [first, ...others] = algorithmsOf(privateKey);
  if (first === undefined)
    throw new Error('holds a key that is neither RSA of 2048 bits or more, P-256, P-384 nor Ed25519');
  const algorithm = [first, ...others].find((one) => one === (wanted ?? alg)) ?? first;
  if (wanted !== undefined && algorithm !== wanted) throw new Error(`holds a key that cannot sign with ${wanted}`);
  const members = createPublicKey(privateKey).export({ format: 'jwk' });
  const name = typeof kid === 'string' && kid !== '' ? kid : await calculateJwkThumbprint(members as JWK);
  return { kid: name, algorithm, privateKey, jwk: { ...members, kid: name, alg: algorithm, use: 'sig' } };
}

function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly SigningAlgorithm[] {
  switch (asymmetricKeyType) {
    case 'rsa':
      return (asymmetricKeyDetails?.modulusLength ?? 0) >= rsaLeastBits ? ['RS256', 'PS256'] : [];
    case 'ec':
      if (asymmetricKeyDetails?.namedCurve === 'prime256v1') return ['ES256'];
      return asymmetricKeyDetails?.namedCurve === 'secp384r1' ? ['ES384'] : [];
    case 'ed25519':
      return ['EdDSA'];
    default:
      return [];
  }
}

function readPem(text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (cause) {
    throw new Error('is not a private key in PEM, or is encrypted', { cause });
  }
}

function readJwks(text: string): readonly Record<string, unknown>[] {
  const parsed = parseJson(text);
  const keys: unknown = typeof parsed === 'object' && parsed !== null && 'keys' in parsed ? parsed.keys : [parsed];
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > keysMost) {
    throw new Error(`must hold between 1 and ${keysMost} keys`);
  }
  return keys;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('is neither PEM nor a JSON Web Key');
  }
}

function readJwk(jwk: Record<string, unknown>): KeyObject {
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' });
  } catch (cause) {
    throw new Error('holds a JSON Web Key that is not a private key to sign with', { cause });
  }
}
