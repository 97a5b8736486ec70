import { type EndpointsConfig, toEndpointsConfig } from './endpoints.ts';
import type { MirrorConfig } from './mirror.ts';
import {
  allBreaker,
  allHedging,
  allRetries,
  type BreakerConfig,
  type HedgingConfig,
  type RetriesConfig,
} from './resilience.ts';
import type { TrafficConfig } from './traffic.ts';

type Shared = Omit<TrafficConfig['all'], 'retries' | 'hedging' | 'breaker' | keyof EndpointsConfig>;

/** How one subgraph is called, all in all; what is off is `undefined`. */
export interface SubgraphTraffic extends Shared {
  readonly retries: RetriesConfig | undefined;
  readonly hedging: HedgingConfig | undefined;
  readonly breaker: BreakerConfig | undefined;
  readonly mirror: MirrorConfig | undefined;
  readonly endpoints: EndpointsConfig;
  /** How long the operations may take that its fetches are for. */
  readonly operationTimeout: number;
}

/** What is said of one subgraph, over what is said of all. */
export function toSubgraphTraffic({ all, subgraphs, operation }: TrafficConfig, name: string): SubgraphTraffic {
  const own = Object.hasOwn(subgraphs, name) ? subgraphs[name] : undefined;
  return {
    timeout: own?.timeout ?? all.timeout,
    connectTimeout: own?.connectTimeout ?? all.connectTimeout,
    timeLeftHeader: own?.timeLeftHeader ?? all.timeLeftHeader,
    dedupe: own?.dedupe ?? all.dedupe,
    responseBytes: own?.responseBytes ?? all.responseBytes,
    connections: own?.connections ?? all.connections,
    http2: own?.http2 ?? all.http2,
    tls: own?.tls ?? all.tls,
    proxy: own?.proxy ?? all.proxy,
    maxConcurrency: own?.maxConcurrency ?? all.maxConcurrency,
    maxQueued: own?.maxQueued ?? all.maxQueued,
    adaptiveConcurrency: own?.adaptiveConcurrency ?? all.adaptiveConcurrency,
    maxStreams: own?.maxStreams ?? all.maxStreams,
    rate: own?.rate ?? all.rate,
    retries: over(all.retries, own?.retries, allRetries.parse),
    hedging: over(all.hedging, own?.hedging, allHedging.parse),
    breaker: over(all.breaker, own?.breaker, allBreaker.parse),
    mirror: own?.mirror,
    endpoints: toEndpointsConfig(all, own),
    operationTimeout: operation.timeout,
  };
}

/** Keys of `own` over those of `all`, or over the defaults where it is off for all. */
function over<Settings extends object>(
  all: Settings | boolean,
  own: { readonly [Key in keyof Settings]?: Settings[Key] | undefined } | boolean | undefined,
  parse: (keys: unknown) => Settings,
): Settings | undefined {
  const chosen = own ?? all;
  if (chosen === false) return undefined;
  const base = typeof all === 'object' ? all : parse({});
  return typeof own === 'object' ? { ...base, ...own } : base;
}
