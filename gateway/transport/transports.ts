import type { Supergraph, SupergraphSubgraph } from '../../schema/supergraph/supergraph.ts';
import type { Call, OutgoingRequest, SignalledCall } from './call.ts';
import { withEntityLookup } from './entities-by-query.ts';
import type { LookupsByType } from './entity-query.ts';
import { exchange } from './exchange.ts';
import { postGraphql, toGraphqlSend, toSharedAnswer } from './http-graphql.ts';
import { openSubscription, toGraphqlSubscribe } from './http-subscription.ts';
import { createPools } from './pools.ts';
import { createRestSend } from './rest.ts';
import type { Transport } from './send.ts';
import type { SseSubscription } from './sse-subscription.ts';
import { readTypedLookups } from './typed-lookups.ts';
import { toUpstream, type Upstream, type UpstreamOptions } from './upstream.ts';
import { withDedupe } from './with-dedupe.ts';
import { withSignature } from './with-signature.ts';
import { withTelemetry } from './with-telemetry.ts';
import { withTimeout } from './with-timeout.ts';

export interface TransportsOptions extends Omit<UpstreamOptions, 'pools'> {
  readonly supergraph: Pick<Supergraph, 'sdl' | 'subgraphs'>;
}

/** How the subgraphs of one supergraph are reached. */
export interface Transports {
  /**
   * The transport of a subgraph.
   * @throws Error when there is no such subgraph.
   */
  readonly of: (subgraph: string) => Transport;
  /** Ends subscriptions and idle connections now, and each other connection when its call has ended. */
  readonly close: () => Promise<void>;
}

/**
 * Makes the transports of a supergraph; nothing is connected before the first fetch.
 * @throws Error when the supergraph does not say how a subgraph is to be called.
 */
export function createTransports({ supergraph, ...options }: TransportsOptions): Transports {
  const pools = createPools(options.traffic.all.connections);
  const live = new Set<SseSubscription>();
  const lookups = readTypedLookups(supergraph);
  const transports = new Map<string, Transport>();
  for (const subgraph of supergraph.subgraphs) {
    const upstream = toUpstream(subgraph, { ...options, pools });
    transports.set(subgraph.name, createTransport(subgraph, upstream, lookups, live));
  }
  return {
    of(subgraph) {
      const transport = transports.get(subgraph);
      if (transport === undefined) throw new Error(`The supergraph has no subgraph "${subgraph}".`);
      return transport;
    },
    async close() {
      for (const subscription of live) subscription.stop();
      await pools.close();
    },
  };
}

function createTransport(
  subgraph: SupergraphSubgraph,
  upstream: Upstream,
  lookups: ReadonlyMap<string, LookupsByType>,
  live: Set<SseSubscription>,
): Transport {
  switch (subgraph.kind) {
    case 'federation':
      return createGraphqlTransport(upstream, live);
    case 'graphql': {
      const { send, subscribe } = createGraphqlTransport(upstream, live);
      return { send: withEntityLookup(send, subgraph.name, lookups.get(subgraph.name) ?? new Map()), subscribe };
    }
    case 'rest':
      return {
        send: createRestSend(
          subgraph,
          upstream,
          guard((request, cancellation) => exchange(request, upstream, cancellation), upstream),
        ),
        subscribe: () => Promise.reject(new Error(`The REST subgraph "${subgraph.name}" has no subscriptions.`)),
      };
    default:
      return subgraph satisfies never;
  }
}

function createGraphqlTransport(upstream: Upstream, live: Set<SseSubscription>): Transport {
  return {
    send: toGraphqlSend(upstream, guard(postGraphql(upstream), upstream, toSharedAnswer)),
    subscribe: toGraphqlSubscribe(upstream, guard(openSubscription(upstream), upstream), live),
  };
}

/** What goes around every call, from the outside in. */
function guard<Request extends OutgoingRequest, Answer>(
  call: Call<Request, Answer>,
  upstream: Upstream,
  toShared: (answer: Answer) => Answer = (answer) => answer,
): SignalledCall<Request, Answer> {
  return withDedupe(withTelemetry(withTimeout(withSignature(call, upstream), upstream), upstream), upstream, toShared);
}
