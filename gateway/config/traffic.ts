import { z } from 'zod';
import { named, size, timeout } from './units.ts';

const perSubgraph = z.strictObject({
  timeout: timeout().optional().describe('How long one fetch may take.'),
  connectTimeout: timeout().optional().describe('How long connecting may take.'),
  dedupe: z.boolean().optional().describe('Whether identical queries in flight are one call.'),
  responseBytes: size().optional().describe('Largest answer of a subgraph, counted after inflating.'),
});

/** How subgraphs are called. */
export const trafficSection = z
  .strictObject({
    all: z
      .strictObject({
        timeout: timeout().prefault('10s').describe('How long one fetch may take.'),
        connectTimeout: timeout().prefault('2s').describe('How long connecting may take.'),
        dedupe: z.boolean().default(true).describe('Whether identical queries in flight are one call.'),
        responseBytes: size().prefault('10mb').describe('Largest answer of a subgraph, counted after inflating.'),
        connections: z.int().min(1).default(128).describe('Most connections to one origin.'),
      })
      .prefault({})
      .describe('For every subgraph.'),
    subgraphs: named(z.string(), perSubgraph).prefault({}).describe('For one subgraph, by name.'),
    operation: z
      .strictObject({
        timeout: timeout().prefault('15s').describe('How long a query or mutation may take in all.'),
        dedupe: z
          .boolean()
          .default(false)
          .describe(
            'Whether equal queries of one identity that are in flight together are run once; identity, limits and policies are checked for each. An answer may have been read from subgraphs up to a second before its request came. Without effect where headers.toClients passes set-cookie on.',
          ),
      })
      .prefault({})
      .describe('For whole operations.'),
  })
  .prefault({});

export type TrafficConfig = z.output<typeof trafficSection>;
