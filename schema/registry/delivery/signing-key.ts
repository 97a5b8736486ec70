import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { RegistryStore } from '../store/registry-store.ts';

/** What artifacts are signed with: Ed25519 (https://www.rfc-editor.org/rfc/rfc8032). */
export interface SigningKey {
  /** Made of the public key. */
  readonly id: string;
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo in PEM. */
  readonly publicKey: string;
}

const place = { kind: 'signing-key', id: 'artifacts' };
const storedKey = z.object({ privateKey: z.string() });

/**
 * Reads a private key in PEM.
 * @throws Error with a sentence when it is no Ed25519 key
 */
export function parseSigningKey(pem: string): SigningKey {
  const privateKey = readPrivateKey(pem);
  if (privateKey?.asymmetricKeyType !== 'ed25519') {
    throw new Error(
      'The signing key must be an Ed25519 private key in PEM: openssl genpkey -algorithm ed25519 makes one.',
    );
  }
  const publicKey = createPublicKey(privateKey);
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return {
    id: createHash('sha256').update(der).digest('hex').slice(0, 16),
    privateKey,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** The key that the store keeps, made when there is none. */
export async function ensureSigningKey(
  store: Pick<RegistryStore, 'readDocument' | 'saveDocument'>,
): Promise<SigningKey> {
  const kept = await store.readDocument(place.kind, place.id);
  if (kept !== undefined) return parseSigningKey(storedKey.parse(kept.value).privateKey);
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  if (await store.saveDocument({ ...place, value: { privateKey: pem }, revision: 0 })) return parseSigningKey(pem);
  // Another instance that starts at the same time has made one.
  return await ensureSigningKey(store);
}

function readPrivateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
