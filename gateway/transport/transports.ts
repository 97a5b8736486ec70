import type { Supergraph, SupergraphSubgraph } from '../../schema/supergraph/supergraph.ts';
import { toSubgraphTraffic } from '../config/subgraph-traffic.ts';
import type { TrafficConfig } from '../config/traffic.ts';
import type { HttpAnswer } from './answer-reader.ts';
import type { BackendTelemetry } from './backend.ts';
import { type BackendLease, Backends } from './backends.ts';
import type { Answered, EndpointCall, OutgoingRequest, SignalledCall } from './call.ts';
import type { Cancellation } from './cancellation.ts';
import type { Endpoints } from './endpoints/endpoints.ts';
import { withEntityLookup } from './entities-by-query.ts';
import type { LookupsByType } from './entity-query.ts';
import { exchange } from './exchange.ts';
import { type GraphqlAnswer, type GraphqlRequest, postGraphql, toGraphqlSend, toSharedAnswer } from './http-graphql.ts';
import { openSubscription, toGraphqlSubscribe } from './http-subscription.ts';
import { isRecord } from './is-record.ts';
import { withAdmission } from './resilience/with-admission.ts';
import { withHedge } from './resilience/with-hedge.ts';
import { withRetry } from './resilience/with-retry.ts';
import { withTimeLeft } from './resilience/with-time-left.ts';
import { type AroundRestCall, createRestSend } from './rest.ts';
import { textOf } from './result-text.ts';
import type { Transport } from './send.ts';
import type { SseSubscription } from './sse-subscription.ts';
import { createTrialsOf, type TrialsOf } from './trials-of.ts';
import { readTypedLookups } from './typed-lookups.ts';
import { toUpstream, type Upstream, type UpstreamOptions } from './upstream.ts';
import { withDedupe } from './with-dedupe.ts';
import { withEndpoint } from './with-endpoint.ts';
import { type Copying, withMirror } from './with-mirror.ts';
import { withSignature } from './with-signature.ts';
import { withTelemetry } from './with-telemetry.ts';
import { withTimeout } from './with-timeout.ts';

export interface TransportsOptions extends Omit<UpstreamOptions, 'telemetry'> {
  readonly supergraph: Pick<Supergraph, 'sdl' | 'subgraphs'>;
  readonly traffic: TrafficConfig;
  readonly telemetry: UpstreamOptions['telemetry'] & BackendTelemetry;
  /** What was learned of subgraphs so far. Default: nothing, and it is forgotten at the end. */
  readonly backends?: Backends | undefined;
  /** Goes around the HTTP requests of REST services. Default: nothing does. */
  readonly aroundRest?: AroundRestCall | undefined;
}

/** How the subgraphs of one supergraph are reached. */
export interface Transports {
  /**
   * The transport of a subgraph.
   * @throws Error when there is no such subgraph.
   */
  readonly of: (subgraph: string) => Transport;
  readonly trialsOf: TrialsOf;
  /** Ends subscriptions and idle connections now, and each other connection when its call has ended. */
  readonly close: () => Promise<void>;
}

/**
 * Makes the transports of a supergraph; nothing is connected before the first fetch.
 * @throws Error when the supergraph does not say how a subgraph is to be called.
 */
export function createTransports({ supergraph, traffic, ...options }: TransportsOptions): Transports {
  const { backends = new Backends(options) } = options;
  const leases: BackendLease[] = [];
  const live = new Set<SseSubscription>();
  const copies: Set<Cancellation>[] = [];
  const lookups = readTypedLookups(supergraph);
  const transports = new Map<string, Transport>();
  const endpoints = new Map<string, Endpoints>();
  const release = () => {
    for (const lease of leases) lease.release();
  };
  try {
    for (const subgraph of supergraph.subgraphs) {
      const own = toSubgraphTraffic(traffic, subgraph.name);
      const kind = subgraph.kind === 'rest' ? 'rest' : 'graphql';
      const subject = { name: subgraph.name, kind, url: new URL(subgraph.url) } as const;
      const lease = backends.lease(subject, own);
      leases.push(lease);
      endpoints.set(subgraph.name, lease.backend.endpoints);
      const upstream = toUpstream(subject, lease.backend, own, options);
      transports.set(
        subgraph.name,
        createTransport(subgraph, upstream, { lookups, live, copies, aroundRest: options.aroundRest }),
      );
    }
  } catch (error) {
    release();
    throw error;
  }
  return {
    of(subgraph) {
      const transport = transports.get(subgraph);
      if (transport === undefined) throw new Error(`The supergraph has no subgraph "${subgraph}".`);
      return transport;
    },
    trialsOf: createTrialsOf(endpoints),
    async close() {
      for (const subscription of live) subscription.stop();
      for (const copy of copies.flatMap((inFlight) => [...inFlight])) copy.cancel(new Error('Nobody waits for it.'));
      release();
      await backends.settled();
    },
  };
}

/** What the transports of a supergraph have in common. */
interface TransportParts {
  readonly lookups: ReadonlyMap<string, LookupsByType>;
  readonly live: Set<SseSubscription>;
  /** Of each subgraph that is copied. */
  readonly copies: Set<Cancellation>[];
  readonly aroundRest: AroundRestCall | undefined;
}

function createTransport(
  subgraph: SupergraphSubgraph,
  upstream: Upstream,
  { lookups, live, copies: allCopies, aroundRest }: TransportParts,
): Transport {
  const copies = new Set<Cancellation>();
  allCopies.push(copies);
  switch (subgraph.kind) {
    case 'federation':
      return createGraphqlTransport(upstream, live, copies);
    case 'graphql': {
      const { send, subscribe } = createGraphqlTransport(upstream, live, copies);
      return { send: withEntityLookup(send, subgraph.name, lookups.get(subgraph.name) ?? new Map()), subscribe };
    }
    case 'rest':
      return {
        send: createRestSend(
          subgraph,
          upstream,
          guard(toExchange(upstream), upstream, { copying: { ...restCopying, copies } }),
          aroundRest,
        ),
        subscribe: () => Promise.reject(new Error(`The REST subgraph "${subgraph.name}" has no subscriptions.`)),
      };
    default:
      return subgraph satisfies never;
  }
}

function createGraphqlTransport(upstream: Upstream, live: Set<SseSubscription>, copies: Set<Cancellation>): Transport {
  const around = { toShared: toSharedAnswer, copying: { ...graphqlCopying, copies } };
  return {
    send: toGraphqlSend(upstream, guard(postGraphql(upstream), upstream, around)),
    subscribe: toGraphqlSubscribe(upstream, guard(openSubscription(upstream), upstream), live),
  };
}

function toExchange(upstream: Upstream): EndpointCall<OutgoingRequest, HttpAnswer> {
  return (request, endpoint, cancellation) => exchange(request, endpoint, upstream, cancellation, (answer) => answer);
}

const graphqlCopying: Omit<Copying<GraphqlRequest, GraphqlAnswer>, 'copies'> = {
  caller: postGraphql,
  textOf({ result }, lengthMost) {
    const text = textOf(result);
    return text !== undefined && text.length <= lengthMost ? text : undefined;
  },
  pick: (json) => (isRecord(json) ? json['data'] : undefined),
};

const restCopying: Omit<Copying<OutgoingRequest, HttpAnswer>, 'copies'> = {
  caller: toExchange,
  textOf: ({ body }, lengthMost) => (body.length <= lengthMost ? body.toString() : undefined),
  pick: (json) => json,
};

interface GuardOptions<Request, Answer> {
  /** An answer as it goes to several. Default: as it is. */
  readonly toShared?: (answer: Answer) => Answer;
  /** Default: nothing is copied. */
  readonly copying?: Copying<Request, Answer>;
}

/** What goes around every call, from the outside in. */
function guard<Request extends OutgoingRequest, Answer extends Answered>(
  call: EndpointCall<Request, Answer>,
  upstream: Upstream,
  { toShared = (answer) => answer, copying }: GuardOptions<Request, Answer> = {},
): SignalledCall<Request, Answer> {
  const { backend, timeLeftHeader: name } = upstream;
  const sent = withEndpoint(withTimeLeft(withSignature(call, upstream), { name, now: backend.now }), backend);
  const repeated = withRetry(withHedge(sent, backend.hedging), backend.retrying);
  const limited = withTimeout(withAdmission(repeated, backend), upstream);
  const told = withTelemetry(limited, upstream);
  return withDedupe(copying === undefined ? told : withMirror(told, upstream, copying), upstream, toShared);
}
