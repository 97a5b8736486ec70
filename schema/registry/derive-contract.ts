import { type GraphRef, printGraphRef } from '../feed/graph-ref.ts';
import type { ContractOutcome } from './announce.ts';
import { readLive } from './canary/read-live.ts';
import type { Version } from './model.ts';
import type { Registry } from './registry.ts';
import { registryItself } from './registry-itself.ts';
import { takeTurn } from './take-turn.ts';
import { toAlongside } from './to-alongside.ts';
import { toDay } from './to-day.ts';

/**
 * Makes the next version of a contract from the stable one of the variant that it filters. When it does not compose, it stays as it is:
 * whoever changed the source did nothing wrong by that.
 */
export async function deriveContract(registry: Registry, ref: GraphRef): Promise<ContractOutcome> {
  return await takeTurn(registry, ref, () => deriveOnce(registry, ref));
}

/** `undefined` when another instance was faster. */
async function deriveOnce(registry: Registry, ref: GraphRef): Promise<ContractOutcome | undefined> {
  const { store } = registry;
  const contract = (await store.readVariant(ref))?.settings.contract;
  const source = contract && (await readLive(store, { ...ref, variant: contract.source }))?.stable;
  if (contract === undefined || source === undefined) return { ref, version: undefined, problems: [] };
  const latest = await store.readVersion(ref);
  const composition = await registry.workshop.compose({
    subgraphs: source.subgraphs,
    filter: contract,
    before: latest?.supergraphSdl,
    today: toDay(registry.now()),
    lint: undefined,
  });
  if (composition.kind === 'failed') {
    const { problems } = composition;
    registry.log.warn('A contract does not compose; it stays as it is.', { ref: printGraphRef(ref), problems });
    return { ref, version: undefined, problems };
  }
  const next: Version = {
    ref,
    version: (latest?.version ?? 0) + 1,
    cause: { kind: 'contract', version: source.version },
    commit: { author: registryItself, at: registry.now(), message: undefined, revision: source.commit.revision },
    fingerprint: composition.fingerprint,
    subgraphs: source.subgraphs,
    supergraphSdl: composition.supergraphSdl,
  };
  const committed = await store.commit(next, toAlongside(next));
  return committed.kind === 'committed' ? { ref, version: next.version, problems: [] } : undefined;
}
