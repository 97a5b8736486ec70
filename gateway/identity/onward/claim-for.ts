import { type FoundClaim, findClaim } from '../claims.ts';
import type { Identity } from '../identity.ts';

/** What stands for a claim where credentials have none by that name, as API keys and certificates do not. */
const factsByClaim: ReadonlyMap<string, (identity: Identity) => unknown> = new Map([
  ['sub', ({ subject }) => subject],
  ['scope', ({ scopes }) => (scopes.size > 0 ? [...scopes].join(' ') : undefined)],
  ['roles', ({ roles }) => (roles.size > 0 ? [...roles] : undefined)],
  ['tier', ({ tier }) => tier],
  ['client', ({ claims, subject }) => claims['client_id'] ?? claims['azp'] ?? subject],
  ['kind', ({ kind }) => (kind === 'anonymous' ? undefined : kind)],
]);

/** The verified claim at a path of names joined by dots, or what stands for it; `undefined` when there is none. */
export function claimFor(identity: Identity, path: string): FoundClaim | undefined {
  const found = findClaim(identity.claims, path);
  if (found !== undefined) return found;
  const value = factsByClaim.get(path)?.(identity);
  return value === undefined ? undefined : { steps: [path], value };
}
