import type { GraphRef } from '../feed/graph-ref.ts';
import type { Subgraph } from '../subgraph/subgraph.ts';
import type { CanaryRequest } from './canary/canary.ts';
import type { Token, Version } from './model.ts';
import { type Published, publish } from './publish.ts';
import { Refusal } from './refusal.ts';
import type { Registry } from './registry.ts';
import { toAuthor } from './to-author.ts';
import { assertOwn, claimFor } from './tokens/teams.ts';

/** Why somebody changes a variant, and what it was made for. */
export interface ChangeNote {
  readonly base: number | undefined;
  readonly message: string | undefined;
  readonly revision: string | undefined;
  /** Whether what breaks nobody that is known passes where no usage was recorded. */
  readonly allowBreaking?: boolean | undefined;
}

/**
 * Adds a subgraph to a variant, or replaces it.
 * @throws Refusal as `publish` does, `FORBIDDEN` when it is another team's, `PRIVATE_URL`
 */
export async function publishSubgraph(
  registry: Registry,
  token: Token,
  ref: GraphRef,
  request: ChangeNote & {
    readonly subgraph: Subgraph;
    readonly team: string | undefined;
    readonly canary?: CanaryRequest | undefined;
  },
): Promise<Published> {
  const { subgraph, team, base, message, revision, canary, allowBreaking } = request;
  const { store, now } = registry;
  const { name } = subgraph;
  await registry.assertUrl(subgraph.url);
  return await publish(registry, {
    ref,
    base,
    canary,
    allowBreaking,
    cause: { kind: 'publish', subgraph: name },
    commit: { author: toAuthor(token), at: now(), message, revision },
    async contents(latest) {
      const exists = find(latest, name) !== undefined;
      const claim = claimFor(token, await store.listOwners(ref.graph), { name, exists }, team);
      const owners = new Map(claim === undefined ? [] : [[name, claim]]);
      return { subgraphs: replaceSubgraph(latest, name, subgraph), owners, changed: subgraph };
    },
  });
}

/**
 * Takes a subgraph out of a variant.
 * @throws Refusal as `publish` does, `FORBIDDEN` when it is another team's, `UNKNOWN_SUBGRAPH`
 */
export async function unpublishSubgraph(
  registry: Registry,
  token: Token,
  ref: GraphRef,
  { name, base, message, revision, allowBreaking }: ChangeNote & { readonly name: string },
): Promise<Published> {
  return await publish(registry, {
    ref,
    base,
    allowBreaking,
    cause: { kind: 'unpublish', subgraph: name },
    commit: { author: toAuthor(token), at: registry.now(), message, revision },
    async contents(latest) {
      assertOwn(token, await registry.store.listOwners(ref.graph), name);
      if (latest === undefined || find(latest, name) === undefined) throw unknownSubgraph(ref, name);
      return { subgraphs: replaceSubgraph(latest, name, undefined) };
    },
  });
}

/** The refusal of a name that no subgraph of the variant has. */
export function unknownSubgraph({ graph, variant }: GraphRef, name: string): Refusal {
  return new Refusal('UNKNOWN_SUBGRAPH', `${graph}@${variant} has no subgraph ${name}.`);
}

function find(version: Version | undefined, name: string): Subgraph | undefined {
  return version?.subgraphs.find((subgraph) => subgraph.name === name);
}

/** The subgraphs of a version, with another one of this name or none, by name in order. */
export function replaceSubgraph(
  version: Version | undefined,
  name: string,
  next: Subgraph | undefined,
): readonly Subgraph[] {
  const others = version?.subgraphs.filter((subgraph) => subgraph.name !== name) ?? [];
  return [...others, ...(next === undefined ? [] : [next])].sort((a, b) => (a.name < b.name ? -1 : 1));
}
