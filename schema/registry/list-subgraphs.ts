import type { GraphRef } from '../feed/graph-ref.ts';
import type { Commit, Version } from './model.ts';
import type { RegistryStore } from './store/registry-store.ts';
import { readKnownVersion } from './variant.ts';

/** A subgraph without its SDL. */
export interface SubgraphSummary {
  readonly name: string;
  readonly kind: Version['subgraphs'][number]['kind'];
  readonly url: string;
  readonly team: string | undefined;
  /** The last time that it was published; `undefined` when that is long ago. */
  readonly lastChange: (Commit & { readonly version: number }) | undefined;
}

/** How far back in the history changes of subgraphs are looked for. */
const mostVersions = 1_000;
const pageLimit = 200;

/**
 * The subgraphs of a variant's latest version.
 * @throws Refusal `UNKNOWN_GRAPH`, `UNKNOWN_VERSION`
 */
export async function listSubgraphs(store: RegistryStore, ref: GraphRef): Promise<readonly SubgraphSummary[]> {
  const { subgraphs } = await readKnownVersion(store, ref);
  const owners = await store.listOwners(ref.graph);
  const changes = await lastChanges(store, ref, new Set(subgraphs.map(({ name }) => name)));
  return subgraphs.map(({ name, kind, url }) => ({
    name,
    kind,
    url,
    team: owners.get(name),
    lastChange: changes.get(name),
  }));
}

async function lastChanges(store: RegistryStore, ref: GraphRef, missing: Set<string>) {
  const found = new Map<string, Commit & { readonly version: number }>();
  let from: string | undefined;
  for (let seen = 0; missing.size > 0 && seen < mostVersions; seen += pageLimit) {
    const page = await store.listVersions(ref, { limit: pageLimit, from });
    for (const { cause, commit, version } of page.items) {
      if (cause.kind !== 'publish' || !missing.delete(cause.subgraph)) continue;
      found.set(cause.subgraph, { ...commit, version });
    }
    if (page.next === undefined) break;
    from = page.next;
  }
  return found;
}
