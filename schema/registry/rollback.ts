import type { GraphRef } from '../feed/graph-ref.ts';
import { announce } from './announce.ts';
import { assertBase, assertNotDerived } from './assert-base.ts';
import { readRunningCanary } from './canary/canary.ts';
import { withCanaryEnded } from './canary/end-canary.ts';
import type { Token, Version } from './model.ts';
import type { Published } from './publish.ts';
import type { ChangeNote } from './publish-subgraph.ts';
import type { Registry } from './registry.ts';
import { takeTurn } from './take-turn.ts';
import { toAlongside } from './to-alongside.ts';
import { toAuthor } from './to-author.ts';
import { assertOwnChanges } from './tokens/teams.ts';
import { readKnownVariant, readKnownVersion } from './variant.ts';

/**
 * Makes a new version with the content of an old one, as it was composed then. Nothing is weighed: it was live before, and who
 * goes back is in a hurry. A canary that runs ends by it.
 * @throws Refusal `UNKNOWN_GRAPH`, `UNKNOWN_VERSION`, `STALE_BASE`, `FORBIDDEN` when subgraphs of other teams would change
 */
export async function rollback(
  registry: Registry,
  token: Token,
  ref: GraphRef,
  { to, message, revision, base }: ChangeNote & { readonly to: number },
): Promise<Published> {
  return await takeTurn(registry, ref, async () => {
    const { store, workshop, now } = registry;
    assertNotDerived(ref, (await readKnownVariant(store, ref)).settings);
    const latest = await readKnownVersion(store, ref);
    assertBase(ref, base, latest.version);
    const target = await readKnownVersion(store, ref, to);
    assertOwnChanges(token, await store.listOwners(ref.graph), latest.subgraphs, target.subgraphs);
    const next: Version = {
      ...target,
      version: latest.version + 1,
      cause: { kind: 'rollback', to },
      commit: { author: toAuthor(token), at: now(), message, revision },
    };
    const tried = await readRunningCanary(store, ref);
    const alongside = toAlongside(next);
    const { author, at } = next.commit;
    const ending = { author, at, figures: [], reason: `Version ${to} was brought back.` };
    const outcome = await store.commit(
      next,
      tried === undefined ? alongside : withCanaryEnded(alongside, tried, ending),
    );
    if (outcome.kind === 'stale') {
      assertBase(ref, base, outcome.version);
      return undefined;
    }
    const contracts = await announce(registry, next);
    const changes = await workshop.diff({ before: latest.supergraphSdl, after: target.supergraphSdl });
    return { version: next.version, isNew: true, changes, hints: [], contracts };
  });
}
