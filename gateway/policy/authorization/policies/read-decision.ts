/**
 * Reads which policies a decision allows: `true` for all, a list of those that are allowed, or an object with `true` for each of
 * them. Whatever it does not name is denied.
 * @throws TypeError when it is none of these
 */
export function readDecision(decision: unknown, policies: readonly string[]): ReadonlySet<string> {
  if (typeof decision === 'boolean') return new Set(decision ? policies : []);
  if (decision instanceof Set || Array.isArray(decision)) {
    const allowed = new Set<unknown>(decision);
    return new Set(policies.filter((policy) => allowed.has(policy)));
  }
  if (typeof decision === 'object' && decision !== null) {
    const allowed = new Map<string, unknown>(Object.entries(decision));
    return new Set(policies.filter((policy) => allowed.get(policy) === true));
  }
  throw new TypeError('A decision is a boolean, a list of policies, or an object with a boolean for each.');
}
