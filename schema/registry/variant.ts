import { type GraphRef, printGraphRef } from '../feed/graph-ref.ts';
import type { Variant, Version } from './model.ts';
import { Refusal } from './refusal.ts';
import type { RegistryStore } from './store/registry-store.ts';

/** @throws Refusal `UNKNOWN_GRAPH` */
export async function readKnownVariant(store: RegistryStore, ref: GraphRef): Promise<Variant> {
  const variant = await store.readVariant(ref);
  if (variant !== undefined) return variant;
  throw new Refusal(
    'UNKNOWN_GRAPH',
    `There is no ${printGraphRef(ref)}. Publish a subgraph to it, or save its settings, first.`,
  );
}

/**
 * A version of a variant, the latest when none is named.
 * @throws Refusal `UNKNOWN_GRAPH`, or `UNKNOWN_VERSION`
 */
export async function readKnownVersion(store: RegistryStore, ref: GraphRef, version?: number): Promise<Version> {
  const found = await store.readVersion(ref, version);
  if (found !== undefined) return found;
  const variant = await readKnownVariant(store, ref);
  const name = printGraphRef(ref);
  throw new Refusal(
    'UNKNOWN_VERSION',
    variant.version === 0
      ? `Nothing was published to ${name} yet.`
      : `There is no version ${version} of ${name}; the latest is ${variant.version}.`,
  );
}
