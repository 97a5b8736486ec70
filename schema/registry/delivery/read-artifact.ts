import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Artifact, type CanarySupergraph, signSupergraph } from '../../feed/artifact.ts';
import { type GraphRef, printGraphRef } from '../../feed/graph-ref.ts';
import { percentOf } from '../canary/canary.ts';
import { type Live, readLive } from '../canary/read-live.ts';
import { defaultSettings } from '../default-settings.ts';
import type { Version } from '../model.ts';
import type { RegistryStore } from '../store/registry-store.ts';
import { dayMs } from '../store/usage/period.ts';
import type { SigningKey } from './signing-key.ts';

/** An artifact ready to be sent, so that a thousand gateways that ask at once cost one. */
export interface ReadyArtifact {
  /** The stable one. */
  readonly version: number;
  /** The latest, which may be the canary. */
  readonly latest: number;
  readonly canary: { readonly version: number; readonly percent: number } | undefined;
  /** An entity tag (https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3): equal for equal versions and shares. */
  readonly etag: string;
  readonly json: Buffer;
  readonly gzip: Buffer;
}

/** Texts that gateways plan before they use a version: as many, and as large, as take them a second. */
const warmUpMost = 500;
const warmUpMaxLength = 1024 * 1024;

const compress = promisify(gzip);

/** What the gateways of a variant are to run now; `undefined` before the first publish. */
export async function readArtifact(
  store: RegistryStore,
  ref: GraphRef,
  key: SigningKey,
  now: number,
): Promise<ReadyArtifact | undefined> {
  const live = await readLive(store, ref);
  if (live === undefined) return undefined;
  const { version, fingerprint } = live.stable;
  const canary = toCanary(ref, live, key);
  const artifact: Artifact = {
    ref: printGraphRef(ref),
    stable: signSupergraph(ref, toSigned(live.stable), key.privateKey),
    canary,
    warmUp: await readWarmUp(store, ref, now),
  };
  const json = Buffer.from(JSON.stringify(artifact));
  const tried = canary && { version: canary.version, percent: canary.percent };
  const tag = `${version}-${fingerprint.slice(0, 16)}${tried === undefined ? '' : `-${tried.version}-${tried.percent}`}`;
  return {
    ...{ version, latest: tried?.version ?? version, canary: tried },
    ...{ etag: `W/"${tag}"`, json, gzip: await compress(json) },
  };
}

function toSigned({ version, supergraphSdl: sdl, fingerprint }: Version) {
  return { version, sdl, fingerprint };
}

function toCanary(ref: GraphRef, { canary }: Live, key: SigningKey): CanarySupergraph | undefined {
  if (canary === undefined) return undefined;
  const { state, version } = canary;
  const share = { percent: percentOf(state), reportMs: state.reportMs };
  return signSupergraph(ref, { ...toSigned(version), ...share }, key.privateKey);
}

async function readWarmUp(store: RegistryStore, ref: GraphRef, now: number): Promise<readonly string[]> {
  const { usageDays } = (await store.readVariant(ref))?.settings ?? defaultSettings;
  const operations = await store.listOperations(ref, now - usageDays * dayMs, warmUpMost);
  let length = 0;
  return operations.flatMap(({ text }) => {
    length += text.length;
    return length <= warmUpMaxLength ? [text] : [];
  });
}
