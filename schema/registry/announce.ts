import type { GraphRef } from '../feed/graph-ref.ts';
import type { Problem } from '../supergraph/problem.ts';
import { deriveContract } from './derive-contract.ts';
import type { Version } from './model.ts';
import type { Registry } from './registry.ts';

/** What became of a contract when the variant that it filters got a version. */
export interface ContractOutcome {
  readonly ref: GraphRef;
  /** The contract's new version; `undefined` when it could not be made and stays as it is. */
  readonly version: number | undefined;
  readonly problems: readonly Problem[];
}

/** Derives the contracts of a variant that has a new version. Gateways are told by the store, which all instances follow. */
export async function announce(registry: Registry, version: Version): Promise<readonly ContractOutcome[]> {
  const { graph, variant } = version.ref;
  const variants = await registry.store.listVariants();
  const contracts = variants.filter(
    ({ ref, settings }) => ref.graph === graph && settings.contract?.source === variant,
  );
  return await Promise.all(contracts.map((contract) => deriveContract(registry, contract.ref)));
}
