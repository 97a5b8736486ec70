import { createHash, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { type CanarySupergraph, isSignedBy, type SignedSupergraph } from '../../../schema/feed/artifact.ts';
import { type GraphRef, printGraphRef } from '../../../schema/feed/graph-ref.ts';

/** Operations are planned by the hundred in a second: more are not worth their memory. */
const warmUpMost = 1_000;
const operationMaxLength = 100_000;

const signedShape = z.object({
  version: z.int().min(1),
  sdl: z.string(),
  fingerprint: z.string(),
  signature: z.string().max(1_000),
});

const artifactShape = z.object({
  ref: z.string(),
  stable: signedShape,
  canary: signedShape
    .extend({ percent: z.number().min(0).max(100), reportMs: z.number().min(100).max(60_000) })
    .optional(),
  warmUp: z
    .array(z.string())
    .default([])
    .transform((texts) => texts.filter(({ length }) => length <= operationMaxLength).slice(0, warmUpMost)),
});

/** What of an artifact is served. */
export interface ReadArtifact {
  readonly stable: SignedSupergraph;
  readonly canary: CanarySupergraph | undefined;
  readonly warmUp: readonly string[];
}

export interface ArtifactRules {
  readonly graph: GraphRef;
  /** Any of them may have signed it; with none signatures are not looked at. */
  readonly publicKeys: readonly KeyObject[];
  /** The last version that was seen: whoever brings an older one wants back what was taken back. */
  readonly versionLeast: number;
}

/**
 * Reads the text of an artifact and holds it against the rules.
 * @throws Error that says why it is refused
 */
export function readArtifact(text: string, { graph, publicKeys, versionLeast }: ArtifactRules): ReadArtifact {
  const { ref, stable, canary, warmUp } = parseArtifact(text);
  const wanted = printGraphRef(graph);
  if (ref !== wanted) throw new Error(`It is of another variant than ${wanted}.`);
  for (const supergraph of canary === undefined ? [stable] : [stable, canary]) {
    assertGenuine(supergraph, graph, publicKeys);
  }
  if (canary !== undefined && canary.version <= stable.version) {
    throw new Error(`Its canary, version ${canary.version}, is older than its version ${stable.version}.`);
  }
  if (stable.version < versionLeast) {
    throw new Error(
      `It is version ${stable.version}, and version ${versionLeast} was there before. If the registry was set back on purpose, remove the copy in graph.registry.cache and start the gateway again.`,
    );
  }
  return { stable, canary, warmUp };
}

function assertGenuine(
  supergraph: SignedSupergraph | CanarySupergraph,
  graph: GraphRef,
  publicKeys: readonly KeyObject[],
): void {
  if (createHash('sha256').update(supergraph.sdl).digest('hex') !== supergraph.fingerprint) {
    throw new Error('Its supergraph is not the one that its fingerprint is of.');
  }
  if (publicKeys.length > 0 && !publicKeys.some((key) => isSignedBy(graph, supergraph, key))) {
    throw new Error('It is not signed with a key in graph.registry.publicKey.');
  }
}

function parseArtifact(text: string): z.output<typeof artifactShape> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('It is not JSON.');
  }
  const parsed = artifactShape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error('It has not the shape of an artifact.');
}
