import type { Endpoints } from './endpoints/endpoints.ts';
import type { RoutedFetch } from './endpoints/router.ts';

/** The groups of endpoints on trial that a fetch goes to because of who asks, by subgraph; see `EndpointGroups`. */
export type TrialsOf = (fetch: RoutedFetch) => ReadonlyMap<string, string>;

const noTrials: ReadonlyMap<string, string> = new Map();

/** Nothing is on trial. */
export const noTrialsOf: TrialsOf = () => noTrials;

/** Tells which groups on trial fetches go to. */
export function createTrialsOf(
  endpointsBySubgraph: ReadonlyMap<string, Pick<Endpoints, 'router' | 'groups'>>,
): TrialsOf {
  const routed = [...endpointsBySubgraph].filter(([, { router }]) => router !== undefined);
  if (routed.length === 0) return noTrialsOf;
  return (fetch) => {
    let trials = noTrials;
    for (const [subgraph, { router, groups }] of routed) {
      const group = router?.(fetch).group;
      const trial = group === undefined ? undefined : groups.trialOf(group);
      if (trial !== undefined) trials = new Map([...trials, [subgraph, trial]]);
    }
    return trials;
  };
}
