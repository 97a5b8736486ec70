import { z } from 'zod';
import type { GraphRef } from '../../../schema/feed/graph-ref.ts';
import { versionShape } from './answer-shapes.ts';
import { readAnswer } from './read-answer.ts';
import type { RegistryClient } from './registry-client.ts';
import { subgraphShape } from './subgraph-shape.ts';
import { variantPath } from './variant-path.ts';

const wholeVersionShape = versionShape.extend({
  supergraphSdl: z.string(),
  subgraphs: z.array(subgraphShape.extend({ name: z.string() })),
});

/** A version with its supergraph and subgraphs. */
export type WholeVersion = z.output<typeof wholeVersionShape>;

/** A version of a variant with all its texts. */
export async function readVersion(client: RegistryClient, ref: GraphRef, version: number): Promise<WholeVersion> {
  return readAnswer(wholeVersionShape, await client.ask({ path: variantPath(ref, 'versions', version) }));
}
