import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { type SigningAlgorithm, type SigningKey, toSigningKey } from './parse-signing-keys.ts';

const generate = promisify(generateKeyPair);
const keys = new Map<SigningAlgorithm, Promise<SigningKey>>();

/** The key of this process for an algorithm, made when it is first asked for: subgraphs know it after a reload, too. */
export function processKey(algorithm: SigningAlgorithm): Promise<SigningKey> {
  const key = keys.get(algorithm) ?? createKey(algorithm);
  keys.set(algorithm, key);
  return key;
}

/** The key of this process for an algorithm as PEM, for other processes of the same gateway. */
export async function exportProcessKey(algorithm: SigningAlgorithm): Promise<string> {
  const { privateKey } = await processKey(algorithm);
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Takes the key of another process of the same gateway for that of this one. */
export function adoptProcessKey(algorithm: SigningAlgorithm, pem: string): void {
  keys.set(algorithm, toSigningKey(createPrivateKey(pem), {}, algorithm));
}

async function createKey(algorithm: SigningAlgorithm): Promise<SigningKey> {
  return await toSigningKey(await generateKey(algorithm), {}, algorithm);
}

async function generateKey(algorithm: SigningAlgorithm): Promise<KeyObject> {
  switch (algorithm) {
    case 'ES256':
      return (await generate('ec', { namedCurve: 'P-256' })).privateKey;
    case 'ES384':
      return (await generate('ec', { namedCurve: 'P-384' })).privateKey;
    case 'EdDSA':
      return (await generate('ed25519')).privateKey;
    case 'RS256':
    case 'PS256':
      return (await generate('rsa', { modulusLength: 2048 })).privateKey;
    default:
      return algorithm satisfies never;
  }
}
