import type { Identity } from './identity.ts';

/** Credentials that were taken back before their end. */
export interface Revocations {
  /**
   * Whether an identity counts no more, by its subject or by the claims `iss`, `jti` and `iat`. Asked at every request, for
   * verified tokens that are kept too, so it answers from memory.
   */
  readonly isRevoked: (identity: Identity) => boolean;
}
