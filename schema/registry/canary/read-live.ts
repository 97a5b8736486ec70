import type { GraphRef } from '../../feed/graph-ref.ts';
import type { Version } from '../model.ts';
import type { RegistryStore } from '../store/registry-store.ts';
import { type Canary, readCanary } from './canary.ts';

/** What gateways of a variant are to run. */
export interface Live {
  readonly stable: Version;
  /** What some of the clients have instead. */
  readonly canary: { readonly state: Canary; readonly version: Version } | undefined;
}

/** Reads what is live in a variant; `undefined` before the first publish. */
export async function readLive(store: RegistryStore, ref: GraphRef): Promise<Live | undefined> {
  for (;;) {
    const kept = await readCanary(store, ref);
    const live = await readBoth(store, ref, kept?.canary);
    // A canary that began meanwhile is the latest version, and is not to be taken for the stable one.
    if ((await readCanary(store, ref))?.revision === kept?.revision) return live;
  }
}

async function readBoth(store: RegistryStore, ref: GraphRef, state: Canary | undefined): Promise<Live | undefined> {
  const isRunning = state?.state === 'running';
  const stable = await store.readVersion(ref, isRunning ? state.stable : undefined);
  const version = isRunning ? await store.readVersion(ref, state.version) : undefined;
  if (stable === undefined) return undefined;
  return { stable, canary: state && version && { state, version } };
}
