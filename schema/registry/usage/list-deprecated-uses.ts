import type { Deprecation } from '../../checks/list-deprecations.ts';
import type { CoordinateUse } from '../../checks/usage.ts';
import type { GraphRef } from '../../feed/graph-ref.ts';
import type { Registry } from '../registry.ts';
import { readKnownVersion } from '../variant.ts';
import { readUses } from './read-uses.ts';

/** Something deprecated with who still uses it. */
export interface DeprecatedUse extends Deprecation, Pick<CoordinateUse, 'count' | 'clients' | 'operations'> {}

/**
 * What is deprecated in the latest version, with who used it since `from`; most uses first.
 * @throws Refusal `UNKNOWN_GRAPH`, `UNKNOWN_VERSION`
 */
export async function listDeprecatedUses(
  { store, workshop }: Registry,
  ref: GraphRef,
  from: number,
): Promise<readonly DeprecatedUse[]> {
  const { supergraphSdl } = await readKnownVersion(store, ref);
  const deprecations = await workshop.deprecations({ supergraphSdl });
  const { coordinates } = await readUses(
    store,
    ref,
    from,
    deprecations.map(({ coordinate }) => coordinate),
  );
  const uses = new Map(coordinates.map((use) => [use.coordinate, use]));
  return deprecations
    .map((deprecation) => ({
      count: 0,
      clients: [],
      operations: [],
      ...uses.get(deprecation.coordinate),
      ...deprecation,
    }))
    .sort((a, b) => b.count - a.count);
}
