import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { SigningKey } from '../delivery/signing-key.ts';

/** A working day; then a token is asked for again. */
const lastsMs = 12 * 60 * 60 * 1_000;

const algorithm = 'aes-256-gcm';
const ivLength = 12;
const tagLength = 16;

/**
 * Who is signed in to the pages, as a text that only the registry can read or make: the digest of a token and until when it
 * counts. The key comes from the one that artifacts are signed with, so all instances know it, and a restart signs nobody out.
 */
export interface Sessions {
  readonly lastsMs: number;
  readonly seal: (digest: string) => string;
  /** The digest; `undefined` for what was not sealed here, or longer ago than it lasts. */
  readonly open: (sealed: string) => string | undefined;
}

/** Sessions of a registry; `now` is in milliseconds since the epoch. */
export function createSessions({ privateKey }: Pick<SigningKey, 'privateKey'>, now: () => number): Sessions {
  const secret = privateKey.export({ type: 'pkcs8', format: 'der' });
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'overlock registry pages', 32));
  return {
    lastsMs,
    seal(digest) {
      const iv = randomBytes(ivLength);
      const cipher = createCipheriv(algorithm, key, iv);
      const sealed = [cipher.update(`${now() + lastsMs} ${digest}`), cipher.final()];
      return Buffer.concat([iv, cipher.getAuthTag(), ...sealed]).toString('base64url');
    },
    open(sealed) {
      const [until, digest] = decipher(key, sealed)?.split(' ') ?? [];
      return Number(until) > now() ? digest : undefined;
    },
  };
}

function decipher(key: Buffer, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length <= ivLength + tagLength) return undefined;
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivLength), { authTagLength: tagLength });
  decipher.setAuthTag(bytes.subarray(ivLength, ivLength + tagLength));
  try {
    const text = decipher.update(bytes.subarray(ivLength + tagLength), undefined, 'utf8');
    return text + decipher.final('utf8');
  } catch {
    return undefined;
  }
}
