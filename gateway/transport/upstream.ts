import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { HeadersConfig, SubgraphHeaderRule } from '../config/headers.ts';
import type { TrafficConfig } from '../config/traffic.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type ClientHeaderPicker, compileClientHeaderRules } from './client-header-rules.ts';
import type { Pools } from './pools.ts';
import type { ClientRequest } from './send.ts';

/** What calls are reported to. */
export type FetchTelemetry = Pick<Telemetry, 'withFetch' | 'fetchEnded'>;

/** Where one subgraph is, and how it is to be called. */
export interface Upstream {
  readonly subgraph: string;
  readonly url: URL;
  readonly pool: Dispatcher;
  readonly timeoutMs: number;
  /** Whether equal queries in flight are one call. */
  readonly dedupe: boolean;
  /** Largest body of an answer, counted as it arrives and again after inflating. */
  readonly responseBytes: number;
  readonly toSubgraph: readonly SubgraphHeaderRule[];
  /** `undefined` when no header of an answer is for the client. */
  readonly toClient: ClientHeaderPicker | undefined;
  readonly telemetry: FetchTelemetry;
}

export interface UpstreamOptions {
  readonly pools: Pools;
  readonly traffic: TrafficConfig;
  readonly headers: HeadersConfig;
  readonly telemetry: FetchTelemetry;
}

/** What the configuration says about one subgraph. */
export function toUpstream(
  { name, url }: { readonly name: string; readonly url: string },
  { pools, traffic, headers, telemetry }: UpstreamOptions,
): Upstream {
  const { all } = traffic;
  const own = Object.hasOwn(traffic.subgraphs, name) ? traffic.subgraphs[name] : undefined;
  const toClient = compileClientHeaderRules(headers.toClients, name);
  const parsedUrl = new URL(url);
  return {
    subgraph: name,
    url: parsedUrl,
    pool: pools.of(parsedUrl, own?.connectTimeout ?? all.connectTimeout),
    timeoutMs: own?.timeout ?? all.timeout,
    // A cookie is for one client: an answer that may bring one is not given to another.
    dedupe: (own?.dedupe ?? all.dedupe) && toClient?.passesCookies !== true,
    responseBytes: own?.responseBytes ?? all.responseBytes,
    toSubgraph: headers.toSubgraphs,
    toClient,
    telemetry,
  };
}

/** Hands a client what the rules pass on to it from the headers of an answer. */
export function passHeaders(
  { subgraph, toClient }: Upstream,
  client: ClientRequest,
  headers: IncomingHttpHeaders,
): void {
  if (toClient !== undefined) client.onSubgraphHeaders?.(subgraph, toClient.pick(headers));
}
