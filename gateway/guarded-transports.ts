import type { GraphQLSchema } from 'graphql';
import type { Supergraph } from '../schema/supergraph/supergraph.ts';
import type { CacheGraph } from './cache/cache-graph.ts';
import { createFetchCaches } from './cache/create-fetch-caches.ts';
import type { CacheStore } from './cache/store/cache-store.ts';
import type { Config } from './config/config.ts';
import { createFaults } from './faults/faults.ts';
import { withSentNote } from './idempotency/with-sent-note.ts';
import type { ActiveBlocks } from './policy/blocks/active-blocks.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { Backends } from './transport/backends.ts';
import type { Transport } from './transport/send.ts';
import { createTransports, type Transports } from './transport/transports.ts';
import type { Onward } from './transport/upstream.ts';
import { withBlock } from './transport/with-block.ts';

export interface GuardedTransportsOptions {
  readonly supergraph: Supergraph;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly config: Config;
  readonly telemetry: Telemetry;
  readonly backends: Backends;
  readonly blocks: ActiveBlocks;
  readonly onward: Onward | undefined;
  readonly cacheGraph: CacheGraph;
  readonly cacheStore: CacheStore | undefined;
  /** Whether it matters to somebody what was sent. */
  readonly notesSent: boolean;
}

/**
 * Makes the transports of a supergraph with what goes around whole fetches: an operator's block, what is kept of answers, a note of what
 * was sent, and faults that are made on purpose.
 * @throws Error when the supergraph does not say how a subgraph is to be called
 */
export function createGuardedTransports(options: GuardedTransportsOptions): Transports {
  const {
    supergraph,
    schema,
    config,
    telemetry,
    backends,
    blocks,
    onward,
    cacheGraph: graph,
    cacheStore: store,
    notesSent,
  } = options;
  const { traffic, headers } = config;
  const { around, aroundRest } = createFetchCaches({
    supergraph,
    graph,
    config,
    store,
    onward,
    telemetry,
    trialsOf: (fetch) => transports.trialsOf(fetch),
  });
  const transports = createTransports({ supergraph, traffic, headers, onward, telemetry, backends, aroundRest });
  const withFaults = createFaults({ config, schema, random: Math.random, telemetry });
  const guard = (name: string): Transport => {
    const { send, subscribe } = withFaults(transports.of(name), name);
    const noted = { send: notesSent ? withSentNote(send) : send, subscribe };
    return withBlock(around(noted, name), blocks.isSubgraphBlocked);
  };
  const guarded = new Map(supergraph.subgraphs.map(({ name }) => [name, guard(name)]));
  return {
    of: (subgraph) => guarded.get(subgraph) ?? transports.of(subgraph),
    trialsOf: transports.trialsOf,
    close: transports.close,
  };
}
