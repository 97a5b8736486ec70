import { z } from 'zod';
import { connectionKeys } from './connections.ts';
import { endpointKeys, sharedEndpointKeys } from './endpoints.ts';
import { fallbackSection } from './fallback.ts';
import { allBreaker, allHedging, allRetries, ownBreaker, ownHedging, ownRetries } from './resilience.ts';
import { named, rate, size, timeout } from './units.ts';

const keys = {
  timeout: timeout().describe('How long one fetch may take, pauses and attempts and all.'),
  connectTimeout: timeout().describe('How long connecting may take.'),
  timeLeftHeader: z
    .union([
      z.literal(false),
      z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be a header name in lower case, or false'),
    ])
    .describe(
      'Header such as x-time-left-ms that tells subgraphs for how many milliseconds more the answer is waited for, false for none.',
    ),
  dedupe: z.boolean().describe('Whether identical queries in flight are one call.'),
  responseBytes: size().describe('Largest answer of a subgraph, counted after inflating.'),
  connections: z
    .int()
    .min(1)
    .max(100_000)
    .describe('Most connections to one origin; subscriptions have others of their own.'),
  http2: z
    .boolean()
    .describe(
      'Whether HTTP/2 is spoken with https URLs where it is offered. A connection is pinged, and given up when nothing arrives over it for as long as timeout.',
    ),
  maxConcurrency: z.int().min(1).max(1_000_000).describe('Most fetches in flight to a subgraph; more wait their turn.'),
  maxQueued: z
    .int()
    .min(0)
    .max(1_000_000)
    .describe('Most fetches that wait; more fail at once with SUBGRAPH_OVERLOADED.'),
  adaptiveConcurrency: z
    .boolean()
    .describe('Whether fewer than maxConcurrency are let out as long as more only make answers slower.'),
  maxStreams: z
    .int()
    .min(1)
    .max(1_000_000)
    .describe(
      'Most subscriptions open to a subgraph, over connections that nothing else uses; more fail at once with SUBGRAPH_OVERLOADED.',
    ),
  rate: rate().describe(
    'Most requests to a subgraph from each worker of each gateway, spread evenly; others wait like those above maxConcurrency.',
  ),
};

const offOr = <Settings extends z.ZodType>(settings: Settings) =>
  z.union([z.literal(false), settings], 'must be false or settings');
const onOffOr = <Settings extends z.ZodType>(settings: Settings) =>
  z.union([z.boolean(), settings], 'must be true, false or settings');

const retriesText = 'When fetches are sent again, false for never.';
const hedgingText = 'Whether queries that take long are sent a second time; the first answer counts.';
const breakerText = 'When a subgraph is not asked for a while because calls fail, false for never.';

const perSubgraph = z.strictObject({
  ...z.strictObject(keys).partial().shape,
  retries: offOr(ownRetries).optional().describe(retriesText),
  hedging: onOffOr(ownHedging).optional().describe(hedgingText),
  breaker: offOr(ownBreaker).optional().describe(breakerText),
  ...connectionKeys,
  ...endpointKeys,
});

const all = z.strictObject({
  timeout: keys.timeout.prefault('10s'),
  connectTimeout: keys.connectTimeout.prefault('2s'),
  timeLeftHeader: keys.timeLeftHeader.default(false),
  dedupe: keys.dedupe.default(true),
  responseBytes: keys.responseBytes.prefault('10mb'),
  connections: keys.connections.default(128),
  http2: keys.http2.default(false),
  maxConcurrency: keys.maxConcurrency.default(200),
  maxQueued: keys.maxQueued.default(200),
  adaptiveConcurrency: keys.adaptiveConcurrency.default(false),
  maxStreams: keys.maxStreams.default(10_000),
  rate: keys.rate.optional(),
  retries: offOr(allRetries).prefault({}).describe(retriesText),
  hedging: onOffOr(allHedging).default(false).describe(hedgingText),
  breaker: offOr(allBreaker).prefault({}).describe(breakerText),
  ...connectionKeys,
  ...sharedEndpointKeys,
});

/** How subgraphs are called. */
export const trafficSection = z
  .strictObject({
    all: all.prefault({}).describe('For every subgraph.'),
    subgraphs: named(z.string(), perSubgraph).prefault({}).describe('For one subgraph, by name.'),
    operation: z
      .strictObject({
        timeout: timeout().prefault('15s').describe('How long a query or mutation may take in all.'),
        dedupe: z
          .boolean()
          .default(false)
          .describe(
            'Whether equal queries of one identity that are in flight together are run once; identity, limits and policies are checked for each. An answer may have been read from subgraphs up to a second before its request came. When the first fails within a second, the others are run once more, together. Without effect where headers.toClients passes set-cookie on.',
          ),
      })
      .prefault({})
      .describe('For whole operations.'),
    fallback: fallbackSection.describe('What clients get when what they asked for cannot be had.'),
  })
  .prefault({});

export type TrafficConfig = z.output<typeof trafficSection>;
