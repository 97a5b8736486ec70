import type { GraphRef } from '../feed/graph-ref.ts';
import type { Commit, Version, VersionCause } from './model.ts';
import type { RegistryStore } from './store/registry-store.ts';
import { readKnownVariant, readKnownVersion } from './variant.ts';

/** A subgraph without its SDL. */
export interface SubgraphSummary {
  readonly name: string;
  readonly kind: Version['subgraphs'][number]['kind'];
  readonly url: string;
  readonly team: string | undefined;
  /** The publish that made it what it is, which may have been in another variant; `undefined` when that is long ago. */
  readonly lastChange: (Commit & { readonly ref: GraphRef; readonly version: number }) | undefined;
}

/** How far back in the history changes of subgraphs are looked for. */
const mostVersions = 1_000;
const pageLimit = 200;

/**
 * The subgraphs of a variant's latest version.
 * @throws Refusal `UNKNOWN_GRAPH`, `UNKNOWN_VERSION`
 */
export async function listSubgraphs(store: RegistryStore, ref: GraphRef): Promise<readonly SubgraphSummary[]> {
  const { subgraphs, version } = await readKnownVersion(store, ref);
  const { contract } = (await readKnownVariant(store, ref)).settings;
  const owners = await store.listOwners(ref.graph);
  const search: Search = {
    store,
    source: contract && { ...ref, variant: contract.source },
    missing: new Set(subgraphs.map(({ name }) => name)),
    found: new Map(),
    left: mostVersions,
  };
  let place: Place | undefined = { ref, version };
  while (place !== undefined) place = await followHistory(search, place);
  return subgraphs.map(({ name, kind, url }) => ({
    name,
    kind,
    url,
    team: owners.get(name),
    lastChange: search.found.get(name),
  }));
}

interface Search {
  readonly store: RegistryStore;
  /** What the variant filters if it is a contract. */
  readonly source: GraphRef | undefined;
  readonly missing: Set<string>;
  readonly found: Map<string, SubgraphSummary['lastChange']>;
  /** How many versions may still be looked at. */
  left: number;
}

interface Place {
  readonly ref: GraphRef;
  readonly version: number;
}

/** Notes the changes that led to a version within its variant; resolves with where the rest of it came from. */
async function followHistory(search: Search, { ref, version }: Place): Promise<Place | undefined> {
  const { store, missing, found } = search;
  let next = version;
  for (let from: string | undefined; missing.size > 0 && search.left > 0; search.left -= pageLimit) {
    const page = await store.listVersions(ref, { limit: pageLimit, from });
    for (const { version: number, cause, commit } of page.items) {
      if (number > next) continue;
      next = cause.kind === 'rollback' ? cause.to : number - 1;
      const origin = originOf(cause, search);
      if (origin !== undefined) return origin;
      if (cause.kind !== 'publish' || !missing.delete(cause.subgraph)) continue;
      found.set(cause.subgraph, { ...commit, ref, version: number });
    }
    if (page.next === undefined) break;
    from = page.next;
  }
  return undefined;
}

/** The version of another variant that all subgraphs were taken from. */
function originOf(cause: VersionCause, { source }: Search): Place | undefined {
  if (cause.kind === 'promote') return { ref: cause.from, version: cause.version };
  return cause.kind === 'contract' && source !== undefined ? { ref: source, version: cause.version } : undefined;
}
