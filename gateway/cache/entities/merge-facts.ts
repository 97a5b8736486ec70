import type { CacheFacts } from '../cache-facts.ts';
import { mergePolicies, noLimits } from '../cache-policy.ts';

/** No group is called so. */
const mixed = 'several groups';

/** What all answers that a fetch took say together; `undefined` when there was none. */
export function mergeFacts(all: readonly CacheFacts[]): CacheFacts | undefined {
  const [first, ...rest] = all;
  if (first === undefined) return undefined;
  if (rest.length === 0) return first;
  return {
    subgraph: first.subgraph,
    policy: all.reduce((policy, facts) => mergePolicies(policy, facts.policy), noLimits),
    statesMaxAge: all.every(({ statesMaxAge }) => statesMaxAge),
    statesPublic: all.every(({ statesPublic }) => statesPublic),
    ageMs: Math.max(...all.map(({ ageMs }) => ageMs)),
    setsCookie: all.some(({ setsCookie }) => setsCookie),
    degraded: all.some(({ degraded }) => degraded),
    trial: all.find(({ trial }) => trial !== first.trial) === undefined ? first.trial : mixed,
  };
}
