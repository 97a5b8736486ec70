import { createHash, randomBytes } from 'node:crypto';

/** A secret that nobody has had before: `ovl_` and 256 random bits in base64url. */
export function createSecret(): string {
  return `ovl_${randomBytes(32).toString('base64url')}`;
}

/** What is kept of a secret: its SHA-256 in hex. Looking it up takes a time that tells nothing of the secret. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
