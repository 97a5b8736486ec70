import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../checks/change.ts';
import type { GraphRef } from '../feed/graph-ref.ts';
import type { Subgraph } from '../subgraph/subgraph.ts';
import type { Registry } from './registry.ts';
import { readKnownVersion } from './variant.ts';

/** What is different between two versions. */
export interface VersionDiff {
  readonly from: number;
  readonly to: number;
  /** What clients see of it. */
  readonly changes: readonly Change[];
  readonly subgraphs: readonly SubgraphDiff[];
}

interface SubgraphDiff {
  readonly name: string;
  readonly before: Subgraph | undefined;
  readonly after: Subgraph | undefined;
}

/**
 * Compares two versions of a variant.
 * @throws Refusal `UNKNOWN_GRAPH`, `UNKNOWN_VERSION`
 */
export async function diffVersions(
  { store, workshop }: Registry,
  ref: GraphRef,
  from: number,
  to: number,
): Promise<VersionDiff> {
  const one = await readKnownVersion(store, ref, from);
  const other = await readKnownVersion(store, ref, to);
  const changes = await workshop.diff({ before: one.supergraphSdl, after: other.supergraphSdl });
  const former = new Map(one.subgraphs.map((subgraph) => [subgraph.name, subgraph]));
  const latter = new Map(other.subgraphs.map((subgraph) => [subgraph.name, subgraph]));
  const names = [...new Set([...former.keys(), ...latter.keys()])].sort();
  const subgraphs = names
    .map((name) => ({ name, before: former.get(name), after: latter.get(name) }))
    .filter(({ before, after }) => !isDeepStrictEqual(before, after));
  return { from, to, changes, subgraphs };
}
