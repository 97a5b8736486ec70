import type { z } from 'zod';
import type { GraphRef } from '../../../schema/feed/graph-ref.ts';
import { readAnswer } from './read-answer.ts';
import type { RegistryClient } from './registry-client.ts';
import { RegistryRefusal } from './registry-refusal.ts';
import { subgraphShape } from './subgraph-shape.ts';
import { variantPath } from './variant-path.ts';

/** A subgraph as it was published last. */
export type PublishedSubgraph = z.output<typeof subgraphShape>;

/** A subgraph of the latest version of a variant; `undefined` when there is none of this name. */
export async function readPublishedSubgraph(
  client: RegistryClient,
  ref: GraphRef,
  name: string,
): Promise<PublishedSubgraph | undefined> {
  try {
    return readAnswer(subgraphShape, await client.ask({ path: variantPath(ref, 'subgraphs', name) }));
  } catch (error) {
    if (error instanceof RegistryRefusal && error.status === 404) return undefined;
    throw error;
  }
}
