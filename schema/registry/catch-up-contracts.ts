import type { GraphRef } from '../feed/graph-ref.ts';
import { listRunningCanaries } from './canary/canary.ts';
import { deriveContract } from './derive-contract.ts';
import type { Registry } from './registry.ts';

/** Derives contracts whose source has a version that they have not: the instance that made it may have ended before it came to them. */
export async function catchUpContracts(
  registry: Registry,
  known: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  const variants = await registry.store.listVariants();
  const canaries = await listRunningCanaries(registry.store);
  for (const { ref, settings } of variants) {
    if (settings.contract === undefined || signal.aborted) continue;
    const { source } = settings.contract;
    const isSource = (one: { readonly ref: GraphRef }) => one.ref.graph === ref.graph && one.ref.variant === source;
    const wanted = canaries.find(isSource)?.canary.stable ?? variants.find(isSource)?.version ?? 0;
    const name = `${ref.graph}@${ref.variant}`;
    if (wanted === 0 || known.get(name) === wanted) continue;
    const [latest] = (await registry.store.listVersions(ref, { limit: 1 })).items;
    const isDerived = latest?.cause.kind === 'contract' && latest.cause.version >= wanted;
    if (!isDerived) await deriveContract(registry, ref);
    // One that does not compose is not tried again before its source changes.
    known.set(name, wanted);
  }
}
