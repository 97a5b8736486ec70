import type { IdentityConfig } from '../config/identity.ts';
import { toTokenIdentity } from '../identity/claims.ts';
import type { Identity } from '../identity/identity.ts';

/** What somebody is taken for who has shown nothing. */
export interface Assumptions {
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** Beside those that the claims hold. */
  readonly scopes?: readonly string[] | undefined;
  readonly roles?: readonly string[] | undefined;
}

/**
 * The identity of a token with these claims, read as those of its issuer are, or of the first issuer that is configured.
 * @throws NotAccepted when the gateway would not take such claims
 */
export function assumeIdentity(
  { claims = {}, scopes = [], roles = [] }: Assumptions,
  { jwt }: Pick<IdentityConfig, 'jwt'>,
): Identity {
  const issuer = jwt.find((candidate) => candidate.issuer === claims['iss']) ?? jwt[0];
  const mapping = issuer ?? { subject: 'sub', scopes: 'scope', roles: 'roles', tier: undefined };
  const identity = toTokenIdentity(claims, mapping, { kind: 'jwt', issuer: issuer?.issuer ?? '', digest: '' });
  return {
    ...identity,
    scopes: new Set([...identity.scopes, ...scopes]),
    roles: new Set([...identity.roles, ...roles]),
  };
}
