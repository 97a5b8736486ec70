import { readFacts } from '../cache/read-facts.ts';
import type { HeadersConfig, SubgraphHeaderRule } from '../config/headers.ts';
import type { MirrorConfig } from '../config/mirror.ts';
import type { SubgraphTraffic } from '../config/subgraph-traffic.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Backend } from './backend.ts';
import type { BackendSubject } from './backends.ts';
import type { Answered, OutgoingRequest } from './call.ts';
import { type ClientHeaderPicker, compileClientHeaderRules } from './client-header-rules.ts';
import { foldHeaderName } from './header-names.ts';
import type { ClientRequest } from './send.ts';

/** What calls are reported to. */
export type FetchTelemetry = Pick<Telemetry, 'fetchBegan' | 'fetchEnded'>;

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
  readonly backend: Backend;
  readonly timeoutMs: number;
  /** A call that had at least so much of an operation's time, and gave no answer before it was up, has failed; a shorter one says nothing. */
  readonly fairMs: number;
  /** Header that tells how long the answer is waited for; `false` for none. */
  readonly timeLeftHeader: string | false;
  /** Whether equal queries in flight are one call. */
  readonly dedupe: boolean;
  /** Largest body of an answer, counted as it arrives and again after inflating. */
  readonly responseBytes: number;
  /** `undefined` when no query is copied. */
  readonly mirror: MirrorConfig | undefined;
  readonly toSubgraph: readonly SubgraphHeaderRule[];
  /** Names, folded, of headers in which no rule has a say, as the gateway itself tells by them who asks and how much time is left. */
  readonly identityNames: ReadonlySet<string>;
  /** `undefined` when requests are not signed. */
  readonly sign: SignRequest | undefined;
  /** `undefined` when no header of an answer is for the client. */
  readonly toClient: ClientHeaderPicker | undefined;
  readonly telemetry: FetchTelemetry;
}

export interface UpstreamOptions {
  readonly headers: HeadersConfig;
  /** `undefined` when subgraphs are told nothing. */
  readonly onward?: Onward | undefined;
  readonly telemetry: FetchTelemetry;
}

/** What the configuration says about one subgraph. */
export function toUpstream(
  { name, url }: Pick<BackendSubject, 'name' | 'url'>,
  backend: Backend,
  traffic: SubgraphTraffic,
  { headers, onward, telemetry }: UpstreamOptions,
): Upstream {
  const toClient = compileClientHeaderRules(headers.toClients, name);
  return {
    subgraph: name,
    url,
    backend,
    timeoutMs: traffic.timeout,
    fairMs: traffic.operationTimeout / 2,
    timeLeftHeader: traffic.timeLeftHeader,
    // A cookie is for one client: an answer that may bring one is not given to another.
    dedupe: traffic.dedupe && toClient?.passesCookies !== true,
    responseBytes: traffic.responseBytes,
    mirror: traffic.mirror,
    toSubgraph: headers.toSubgraphs,
    identityNames: new Set(
      [...(onward?.namesFor(name) ?? []), traffic.timeLeftHeader || []].flat().map(foldHeaderName),
    ),
    sign: onward?.signerFor(name),
    toClient,
    telemetry,
  };
}

/** Hands a client what the rules pass on to it from the headers of an answer, and tells what they say of storing it. */
export function passHeaders(
  upstream: Upstream,
  client: ClientRequest,
  { headers, trial }: Pick<Answered, 'headers' | 'trial'>,
): void {
  const { subgraph, toClient } = upstream;
  if (toClient !== undefined) client.onSubgraphHeaders?.(subgraph, toClient.pick(headers));
  if (client.onFetched !== undefined) client.onFetched({ ...readFacts(headers, upstream), trial });
}
