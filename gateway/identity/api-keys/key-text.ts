import { createHash, randomBytes } from 'node:crypto';

const pattern = /^ovk_([a-z\d]{12})_[\w-]{43}$/;

/** A new key to hand out: `ovk_`, its id, and a secret of 256 random bits. It is told once and stored nowhere. */
export function createKeyText(id: string): string {
  return `ovk_${id}_${randomBytes(32).toString('base64url')}`;
}

/** A new id: it names a key in lists and logs and opens nothing. */
export function createKeyId(): string {
  return randomBytes(6).toString('hex');
}

/** The id of a key, or `undefined` for a text that is no key. */
export function keyIdOf(text: string): string | undefined {
  return text.length < 100 ? pattern.exec(text)?.[1] : undefined;
}

/** SHA-256 of a key. The secret is random, so neither salt nor slowness adds to its safety. */
export function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
