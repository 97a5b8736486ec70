import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Artifact, signSupergraph } from '../../feed/artifact.ts';
import { type GraphRef, printGraphRef } from '../../feed/graph-ref.ts';
import { defaultSettings } from '../default-settings.ts';
import type { RegistryStore } from '../store/registry-store.ts';
import { dayMs } from '../store/usage/period.ts';
import type { SigningKey } from './signing-key.ts';

/** An artifact ready to be sent, so that a thousand gateways that ask at once cost one. */
export interface ReadyArtifact {
  readonly version: number;
  /** An entity tag (https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3): equal for equal versions. */
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
  const latest = await store.readVersion(ref);
  if (latest === undefined) return undefined;
  const { version, supergraphSdl: sdl, fingerprint } = latest;
  const artifact: Artifact = {
    ref: printGraphRef(ref),
    stable: signSupergraph(ref, { version, sdl, fingerprint }, key.privateKey),
    canary: undefined,
    warmUp: await readWarmUp(store, ref, now),
  };
  const json = Buffer.from(JSON.stringify(artifact));
  return { version, etag: `W/"${version}-${fingerprint.slice(0, 16)}"`, json, gzip: await compress(json) };
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
