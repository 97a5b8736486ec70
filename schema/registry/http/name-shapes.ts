import { z } from '@hono/zod-openapi';
import { isGraphName } from '../../feed/graph-ref.ts';

/** Names of subgraphs, teams and tokens: never a path, never anything that a shell or a log would trip over. */
function name(pattern: RegExp, error: string) {
  return z.string().refine((text) => pattern.test(text), { error, params: { isName: true } });
}

export const subgraphName = name(
  /^[a-z][\w-]{0,62}$/i,
  'a subgraph has a name of at most 63 letters, digits, - and _ that begins with a letter',
);

export const teamName = name(
  /^[a-z][\w. -]{0,62}$/i,
  'a team has a name of at most 63 letters, digits, spaces and the characters - _ . that begins with a letter',
);

export const graphName = z.string().refine(isGraphName, {
  error: 'a graph or a variant has a name of at most 63 letters, digits and - that begins with a letter',
  params: { isName: true },
});

/** An id that the registry has given. */
export const givenId = name(/^[\w-]{1,64}$/, 'an id has at most 64 letters, digits, - and _');
