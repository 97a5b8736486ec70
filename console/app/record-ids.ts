import { sha256 } from './sha256.ts';

// The same for the same thing, and as the command line has them, so that what is said anew takes the place of what was said before.

/** The id of a block, or of a level of the log, of what `kind` and `name` name. */
export function namedId(kind: string, name: string): string {
  return toHex(sha256(`${kind} ${name}`)).slice(0, 12);
}

/** The id of a revocation of a target. */
export function revocationId(target: Readonly<Record<string, string>>): string {
  return toBase64(sha256(JSON.stringify(Object.entries(target).sort()))).slice(0, 22);
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** As it may stand in a URL. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
