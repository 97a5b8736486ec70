import type { SqlValue } from './database.ts';

/**
 * A value as both databases take it.
 * @throws TypeError for anything but a text, a finite number, bytes or `undefined`: libsql would end the process
 */
export function toStorable(value: SqlValue): string | number | Buffer | null {
  if (value === undefined) return null;
  if (typeof value === 'string') return toStorableText(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (Number.isFinite(value)) return value;
  throw new TypeError('Only texts, finite numbers and bytes can be stored.');
}

/** PostgreSQL refuses texts with a NUL and SQLite forgets what is behind it; halves of characters become others in both. */
export function toStorableText(text: string): string {
  // Most texts need nothing, which is found out fastest like this.
  return /[\0\ud800-\udfff]/.test(text) ? text.replace(/[\0\p{Surrogate}]/gu, '\ufffd') : text;
}
