import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { HeadersConfig, SubgraphHeaderRule } from '../config/headers.ts';
import type { TrafficConfig } from '../config/traffic.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { OutgoingRequest } from './call.ts';
import { type ClientHeaderPicker, compileClientHeaderRules } from './client-header-rules.ts';
import { foldHeaderName } from './header-names.ts';
import type { Pools } from './pools.ts';
import type { ClientRequest } from './send.ts';

/** What calls are reported to. */
export type FetchTelemetry = Pick<Telemetry, 'withFetch' | 'fetchEnded'>;

/** A request to a subgraph as it is signed: gives the headers to add, names and values in turn. */
type SignRequest = (
  request: Pick<OutgoingRequest, 'method' | 'body'> & { readonly url: string; readonly headers: readonly string[] },
) => Promise<readonly string[]>;

/** How subgraphs know that a request is the gateway's, and by which headers they are told who asks. */
export interface Onward {
  /** Names, in lower case, of headers that a subgraph takes the gateway's word by. */
  readonly namesFor: (subgraph: string) => ReadonlySet<string>;
  readonly signerFor: (subgraph: string) => SignRequest | undefined;
}

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
  /** Names, folded, of headers in which no rule has a say, as they tell who asks. */
  readonly identityNames: ReadonlySet<string>;
  /** `undefined` when requests are not signed. */
  readonly sign: SignRequest | undefined;
  /** `undefined` when no header of an answer is for the client. */
  readonly toClient: ClientHeaderPicker | undefined;
  readonly telemetry: FetchTelemetry;
}

export interface UpstreamOptions {
  readonly pools: Pools;
  readonly traffic: TrafficConfig;
  readonly headers: HeadersConfig;
  /** `undefined` when subgraphs are told nothing. */
  readonly onward?: Onward | undefined;
  readonly telemetry: FetchTelemetry;
}

/** What the configuration says about one subgraph. */
export function toUpstream(
  { name, url }: { readonly name: string; readonly url: string },
  { pools, traffic, headers, onward, telemetry }: UpstreamOptions,
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
    identityNames: new Set([...(onward?.namesFor(name) ?? [])].map(foldHeaderName)),
    sign: onward?.signerFor(name),
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
