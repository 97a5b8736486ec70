import type { Audience } from '../config/audience.ts';
import type { Identity } from '../identity/identity.ts';

/** Whether an identity is among those who may have something. */
export function isInAudience(audience: Audience, { scopes }: Pick<Identity, 'scopes'>): boolean {
  return typeof audience === 'boolean' ? audience : audience.scopes.some((scope) => scopes.has(scope));
}
