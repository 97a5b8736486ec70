import type { DocumentNode } from 'graphql';
import { parseSdl } from './parse-sdl.ts';
import { SupergraphError } from './supergraph-error.ts';

/** @throws SupergraphError when the text is not SDL */
export function parseSupergraph(sdl: string): DocumentNode {
  const parsed = parseSdl(sdl);
  if (parsed.kind === 'parsed') return parsed.document;
  throw new SupergraphError([
    { code: 'INVALID_GRAPHQL', message: parsed.message, subgraph: undefined, coordinate: undefined },
  ]);
}
