import type { SubgraphTraffic } from '../config/subgraph-traffic.ts';
import type { BackendReporter, Telemetry } from '../telemetry/telemetry.ts';
import { createEndpoints, type EndpointsOptions } from './endpoints/create-endpoints.ts';
import type { Connect, Endpoint } from './endpoints/endpoint.ts';
import type { Endpoints } from './endpoints/endpoints.ts';
import type { ServiceKind } from './endpoints/probe.ts';
import { Breaker, type BreakerState, type OpeningCause } from './resilience/breaker.ts';
import { Bulkhead } from './resilience/bulkhead.ts';
import { circuitOpen } from './resilience/call-outcome.ts';
import { EndpointBreakers } from './resilience/endpoint-breakers.ts';
import { Latencies } from './resilience/latencies.ts';
import { RepeatBudget } from './resilience/repeat-budget.ts';
import { StreamPlaces } from './resilience/stream-places.ts';
import type { Admission } from './resilience/with-admission.ts';
import type { Hedging } from './resilience/with-hedge.ts';
import type { Retrying } from './resilience/with-retry.ts';
import type { EndpointChoice } from './with-endpoint.ts';
import type { Mirroring } from './with-mirror.ts';

/** One subgraph as it does: its endpoints, and what was learned of it. It outlives supergraphs. */
export interface Backend extends Admission, EndpointChoice {
  readonly retrying: Retrying;
  readonly hedging: Hedging;
  readonly mirroring: Mirroring;
  /** Where there is room for subscriptions. */
  readonly places: StreamPlaces;
  /** Stops looking after the endpoints, and gives their connections back. */
  readonly close: () => void;
}

/** What of the traffic settings a backend is made by; another one is made when they change. */
export type BackendTraffic = Pick<
  SubgraphTraffic,
  | 'retries'
  | 'hedging'
  | 'breaker'
  | 'maxConcurrency'
  | 'maxQueued'
  | 'adaptiveConcurrency'
  | 'rate'
  | 'maxStreams'
  | 'endpoints'
>;

export interface BackendOptions {
  readonly subgraph: string;
  readonly kind: ServiceKind;
  readonly url: URL;
  readonly traffic: BackendTraffic;
  readonly connect: Connect;
  /** What was found so far where its endpoints are looked up. Default: nothing. */
  readonly known?: EndpointsOptions['known'];
  readonly telemetry: BackendTelemetry;
  /** In milliseconds, never going back. */
  readonly now: () => number;
  /** From 0 up to 1, as `Math.random` gives it. */
  readonly random: () => number;
}

/** What backends report to. */
export type BackendTelemetry = Pick<Telemetry, 'log' | 'endpointsOpened' | 'backendOpened'>;

/**
 * Makes what is known of a subgraph; nothing is connected before the first call, but for probes of its health.
 * @throws Error with a sentence for the operator when its connections cannot be made so
 */
export function createBackend(options: BackendOptions): Backend {
  const { subgraph, traffic, telemetry, now, random } = options;
  const reporter = telemetry.backendOpened(subgraph, () => readFacts());
  const bulkhead = new Bulkhead({ ...traffic, subgraph, now, onRefused: reporter.refused });
  const breakerOf = breakerMaker(options, reporter);
  const breaker = breakerOf?.('', () => bulkhead.giveUp(() => circuitOpen(subgraph)));
  const breakers =
    breakerOf && hasManyEndpoints(traffic) ? new EndpointBreakers(({ name }) => breakerOf(name, () => {})) : undefined;
  const isVetoed = breakers && ((endpoint: Endpoint) => breakers.isShutAt(endpoint, now()));
  const endpoints = openEndpoints({ ...options, config: traffic.endpoints, isVetoed }, reporter);
  const breakersOf = (endpoint: Endpoint) =>
    breakers === undefined ? [] : [{ endpoint: endpoint.name, state: breakers.of(endpoint).stateAt(now()) }];
  const readFacts = () => ({
    inFlight: bulkhead.inFlight,
    queued: bulkhead.queued,
    limit: bulkhead.limit,
    breakers: [
      ...(breaker === undefined ? [] : [{ endpoint: '', state: breaker.stateAt(now()) }]),
      ...endpoints.list().flatMap(breakersOf),
    ],
  });
  const admitRepeat = (nowMs: number) => bulkhead.admitRepeat(nowMs);
  const { retries, hedging } = traffic;
  return {
    subgraph,
    bulkhead,
    breaker,
    breakers,
    endpoints,
    now,
    retrying: {
      subgraph,
      retries,
      budget: new RepeatBudget(retries?.budget ?? 0, true, now()),
      admitRepeat,
      countEndpoints: () => endpoints.list().length,
      now,
      random,
      onRetry: reporter.retried,
    },
    hedging: {
      hedging,
      budget: new RepeatBudget(hedging?.budget ?? 0, false, now()),
      admitRepeat,
      latencies: new Latencies(hedging?.after ?? 1),
      now,
      onHedge: reporter.hedged,
    },
    places: new StreamPlaces({ ...traffic, subgraph, onRefused: reporter.refused }),
    mirroring: { nextShadow: endpoints.nextShadow, random, onCopied: reporter.copied },
    close() {
      endpoints.close();
      reporter.closed();
    },
  };
}

function openEndpoints(options: EndpointsOptions, reporter: BackendReporter): Endpoints {
  try {
    return createEndpoints(options);
  } catch (error) {
    reporter.closed();
    throw error;
  }
}

/** With one endpoint, its breaker and that of the subgraph are one. */
function hasManyEndpoints({ endpoints: { endpoints = [], discover, shadow } }: BackendTraffic): boolean {
  const live = endpoints.filter(({ group }) => group === undefined || group !== shadow?.group);
  return live.length > 1 || discover !== undefined;
}

/** Makes breakers, of endpoints by name and of the subgraph by none; `undefined` when there are to be none. */
function breakerMaker(
  { subgraph, traffic, telemetry: { log }, now, random }: BackendOptions,
  reporter: BackendReporter,
): ((endpoint: string, onOpen: () => void) => Breaker) | undefined {
  const config = traffic.breaker;
  if (config === undefined) return undefined;
  return (endpoint, onOpen) => {
    const facts = { subgraph, ...(endpoint !== '' && { endpoint }) };
    const onChange = (state: BreakerState, why: OpeningCause | undefined) => {
      reporter.breakerChanged(endpoint, state);
      if (state === 'open') {
        const does = why === 'silence' ? 'answers nothing any longer' : 'fails too often';
        log.warn(`A subgraph ${does} and is not asked for a while.`, facts);
        onOpen();
      } else if (state === 'closed') log.info('A subgraph does well again.', facts);
    };
    return new Breaker({ ...config, now, random, onChange });
  };
}
