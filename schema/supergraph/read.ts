import { assembleSupergraph } from './assemble.ts';
import { parseSupergraph } from './parse-supergraph.ts';
import type { Supergraph } from './supergraph.ts';

/**
 * Reads the supergraph SDL of any composer (join v0.1 to v0.5, features named by `@link` or `@core`).
 * @throws SupergraphError when the text is not SDL, or not a supergraph.
 */
export function readSupergraph(sdl: string): Supergraph {
  return assembleSupergraph(sdl, parseSupergraph(sdl));
}
