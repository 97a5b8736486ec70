import { createHash } from 'node:crypto';
import { buildASTSchema, type GraphQLSchema, print } from 'graphql';
import { readFeatures } from './features.ts';
import { readGraphs } from './graphs.ts';
import { parseSupergraph } from './parse-supergraph.ts';
import { toPublicDocument } from './public-document.ts';
import type { Supergraph } from './supergraph.ts';

/** A supergraph, and what clients see of it. */
export interface ComposedSupergraph {
  readonly supergraph: Supergraph;
  readonly schema: GraphQLSchema;
}

/**
 * Reads the SDL of a supergraph that was composed here, in half the time of `readSupergraph`: that it is valid was seen then.
 * @throws SupergraphError when it is no supergraph at all
 */
export function readComposed(sdl: string): ComposedSupergraph {
  const document = parseSupergraph(sdl);
  const publicDocument = toPublicDocument(document, readFeatures(document));
  return {
    supergraph: {
      sdl,
      publicSdl: print(publicDocument),
      subgraphs: readGraphs(document),
      fingerprint: createHash('sha256').update(sdl).digest('hex'),
    },
    schema: buildASTSchema(publicDocument, { assumeValid: true, assumeValidSDL: true }),
  };
}
