import { createPublicKey } from 'node:crypto';

/** Public keys as a JSON Web Key Set (https://www.rfc-editor.org/rfc/rfc7517#section-5), whichever way they were given. */
export interface PublicKeys {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

const mostKeys = 100;

/**
 * Reads the public keys of a JSON Web Key Set, a single JSON Web Key or PEM. Private parts are left behind; `undefined` when it is
 * none of these, or holds no key or one that cannot verify signatures of others, such as a symmetric one.
 */
export function parsePublicKeys(text: string): PublicKeys | undefined {
  try {
    if (text.trimStart().startsWith('-----BEGIN')) return { keys: [createPublicKey(text).export({ format: 'jwk' })] };
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const keys: unknown = 'keys' in parsed ? parsed.keys : [parsed];
    if (!Array.isArray(keys) || keys.length === 0 || keys.length > mostKeys) return undefined;
    return { keys: keys.map(toPublic) };
  } catch {
    return undefined;
  }
}

function toPublic(jwk: Record<string, unknown>): Readonly<Record<string, unknown>> {
  const members = createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'jwk' });
  const { kid, alg, use, key_ops } = jwk;
  const described = Object.entries({ kid, alg, use, key_ops }).filter(([, value]) => value !== undefined);
  return { ...members, ...Object.fromEntries(described) };
}
