/** All that a header value or an item of a list must not hold, and `%`, so that it can be decoded. */
const unsafe = /[^\x20-\x7e]|%|^ | $/gu;
const unsafeInList = /[^\x20-\x7e]|[%,]|^ | $/gu;

/**
 * A claim as a header value: lists joined by commas, characters that have no place there percent-encoded
 * (https://www.rfc-editor.org/rfc/rfc3986#section-2.1); `undefined` for one that is empty, or an object.
 */
export function toHeaderValue(claim: unknown): string | undefined {
  if (!Array.isArray(claim)) return encode(claim, unsafe) || undefined;
  const items = claim.map((item) => encode(item, unsafeInList));
  return items.includes(undefined) ? undefined : items.join(',') || undefined;
}

function encode(value: unknown, characters: RegExp): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value.replace(characters, percentEncode) : undefined;
}

function percentEncode(text: string): string {
  return Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
