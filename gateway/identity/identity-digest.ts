import { hash } from 'node:crypto';
import type { Identity } from './identity.ts';

const digests = new WeakMap<Identity, string>();

/** Equal for identities of which everything is equal that policies see and subgraphs are told; never a credential. */
export function identityDigestOf(identity: Identity): string {
  const known = digests.get(identity);
  if (known !== undefined) return known;
  const { kind, key = null, subject = null, scopes, roles, tier = null, claims, expiresAtMs = null } = identity;
  const text = JSON.stringify([kind, key, subject, [...scopes], [...roles], tier, claims, expiresAtMs]);
  const digest = hash('sha256', text, 'base64url');
  digests.set(identity, digest);
  return digest;
}

/** Tells verified identities apart; `undefined` for strangers. */
export function identityKeyOf(identity: Identity): string | undefined {
  return identity.kind === 'anonymous' ? undefined : identityDigestOf(identity);
}
