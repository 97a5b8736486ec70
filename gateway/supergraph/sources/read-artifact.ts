import { createHash, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { isSignedBy, type SignedSupergraph } from '../../../schema/feed/artifact.ts';
import { type GraphRef, printGraphRef } from '../../../schema/feed/graph-ref.ts';

/** Operations are planned by the hundred in a second: more are not worth their memory. */
const warmUpMost = 1_000;
const operationMaxLength = 100_000;

const artifactShape = z.object({
  ref: z.string(),
  stable: z.object({
    version: z.int().min(1),
    sdl: z.string(),
    fingerprint: z.string(),
    signature: z.string().max(1_000),
  }),
  warmUp: z
    .array(z.string())
    .default([])
    .transform((texts) => texts.filter(({ length }) => length <= operationMaxLength).slice(0, warmUpMost)),
});

/** What of an artifact is served. */
export interface ReadArtifact {
  readonly stable: SignedSupergraph;
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
  const { ref, stable, warmUp } = parseArtifact(text);
  const wanted = printGraphRef(graph);
  if (ref !== wanted) throw new Error(`It is of another variant than ${wanted}.`);
  if (createHash('sha256').update(stable.sdl).digest('hex') !== stable.fingerprint) {
    throw new Error('Its supergraph is not the one that its fingerprint is of.');
  }
  if (publicKeys.length > 0 && !publicKeys.some((key) => isSignedBy(graph, stable, key))) {
    throw new Error('It is not signed with a key in graph.registry.publicKey.');
  }
  if (stable.version < versionLeast) {
    throw new Error(
      `It is version ${stable.version}, and version ${versionLeast} was there before. If the registry was set back on purpose, remove the copy in graph.registry.cache and start the gateway again.`,
    );
  }
  return { stable, warmUp };
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
