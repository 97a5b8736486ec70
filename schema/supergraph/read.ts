import { assembleSupergraph } from './assemble.ts';
import { parseSdl } from './parse-sdl.ts';
import type { Supergraph } from './supergraph.ts';
import { SupergraphError } from './supergraph-error.ts';

/**
 * Reads the supergraph SDL of any composer (join v0.1 to v0.5, features named by `@link` or `@core`).
 * @throws SupergraphError when the text is not SDL, or not a supergraph.
 */
export function readSupergraph(sdl: string): Supergraph {
  const parsed = parseSdl(sdl);
  if (parsed.kind === 'parsed') return assembleSupergraph(sdl, parsed.document);
  throw new SupergraphError([
    { code: 'INVALID_GRAPHQL', message: parsed.message, subgraph: undefined, coordinate: undefined },
  ]);
}
