import { type GraphRef, printGraphRef } from '../feed/graph-ref.ts';
import type { CanaryRequest } from './canary/canary.ts';
import { readLive } from './canary/read-live.ts';
import type { Token } from './model.ts';
import { type Published, publish } from './publish.ts';
import type { ChangeNote } from './publish-subgraph.ts';
import { Refusal } from './refusal.ts';
import type { Registry } from './registry.ts';
import { toAuthor } from './to-author.ts';
import { assertAllowed } from './tokens/access.ts';
import { assertOwnChanges } from './tokens/teams.ts';
import { readKnownVersion } from './variant.ts';

/** What is to be taken over from where. */
export interface Promotion extends ChangeNote {
  /** Another variant of the graph. */
  readonly from: string;
  /** One of its versions; `undefined` for what its gateways run. */
  readonly version: number | undefined;
  /** How it is tried with a part of the clients first. */
  readonly canary?: CanaryRequest | undefined;
}

/**
 * Makes the next version of a variant of the schemas of another one. Where its services are reached stays as it is: each stage has
 * its own; only for subgraphs that are new to it the URLs come along.
 * @throws Refusal as `publish` does, `UNKNOWN_VERSION`, `FORBIDDEN` when subgraphs of other teams would change
 */
export async function promote(
  registry: Registry,
  token: Token,
  ref: GraphRef,
  { from, version: number, base, message, revision, canary, allowBreaking }: Promotion,
): Promise<Published> {
  const { store, now } = registry;
  if (from === ref.variant) throw new Refusal('BAD_REQUEST', `${printGraphRef(ref)} cannot be promoted to itself.`);
  const origin = { graph: ref.graph, variant: from };
  assertAllowed(token, 'read', origin);
  const live = number === undefined ? await readLive(store, origin) : undefined;
  const source = live?.stable ?? (await readKnownVersion(store, origin, number));
  return await publish(registry, {
    ref,
    base,
    canary,
    allowBreaking,
    cause: { kind: 'promote', from: origin, version: source.version },
    commit: { author: toAuthor(token), at: now(), message, revision: revision ?? source.commit.revision },
    async contents(latest) {
      const urls = new Map(latest?.subgraphs.map(({ name, url }) => [name, url]));
      const subgraphs = source.subgraphs.map((subgraph) => ({
        ...subgraph,
        url: urls.get(subgraph.name) ?? subgraph.url,
      }));
      assertOwnChanges(token, await store.listOwners(ref.graph), latest?.subgraphs ?? [], subgraphs);
      return { subgraphs };
    },
  });
}
