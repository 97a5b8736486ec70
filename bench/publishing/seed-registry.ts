import { openRegistryStore } from '../../schema/registry/store/open-registry-store.ts';
import type { Subgraph } from '../../schema/subgraph/subgraph.ts';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import { federationLink } from '../planning/subject.ts';

/** A subgraph of the company, as the registry keeps it. */
export function toSubgraph(name: string, sdl: string): Subgraph {
  return { kind: 'federation', name, url: `http://${name}.test/graphql`, sdl: federationLink + sdl };
}

/** Makes the database of a registry in a directory, with one version of shop@production. */
export async function seedRegistry(
  directory: string,
  subgraphs: readonly Subgraph[],
  { sdl, fingerprint }: Supergraph,
): Promise<void> {
  const store = await openRegistryStore({ location: directory, now: Date.now });
  const ref = { graph: 'shop', variant: 'production' };
  const author = { token: undefined, name: 'benchmark' };
  const at = Date.now();
  await store.commit(
    {
      ref,
      version: 1,
      cause: { kind: 'publish', subgraph: subgraphs[0]?.name ?? '' },
      commit: { author, at, message: undefined, revision: undefined },
      fingerprint,
      subgraphs: subgraphs.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      supergraphSdl: sdl,
    },
    { audit: { at, author, action: 'publish', ref, details: {} } },
  );
  await store.close();
}
