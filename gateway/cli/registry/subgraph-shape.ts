import { z } from 'zod';

/** A subgraph with its schema, as registries answer it. */
export const subgraphShape = z.looseObject({
  kind: z.enum(['federation', 'graphql', 'rest']),
  url: z.string(),
  sdl: z.string(),
  entities: z.unknown().optional(),
  maxConcurrency: z.number().optional(),
});
