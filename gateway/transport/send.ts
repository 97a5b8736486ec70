import type { DocumentNode, ExecutionResult } from 'graphql';
import type { OnFetched, OnObjects } from '../cache/cache-facts.ts';
import type { StageTimes } from '../telemetry/stage-times.ts';
import type { RequestTrace, Span } from '../telemetry/traces/span.ts';
import type { Asker } from './endpoints/asker.ts';

/** An operation for one subgraph. The same object is reused for every request that sends the same operation. */
export interface FetchOperation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** The operation's name, when it has one. */
  readonly name: string | undefined;
  readonly document: DocumentNode;
  /** `document`, printed. */
  readonly text: string;
  /** Its `_entities` fields, in their order, from who knows them; otherwise they are looked for. */
  readonly entityLists?: readonly EntityList[];
}

/** One `_entities` field of an operation. */
export interface EntityList {
  /** Its name in the answer. */
  readonly key: string;
  /** The variable that holds its representations. */
  readonly variable: string;
}

/** One fetch: an operation for a subgraph on behalf of one client request. */
export interface FetchRequest {
  readonly subgraph: string;
  readonly operation: FetchOperation;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  /**
   * `variables` as JSON, from who has them so: then `variables` may be costly to read, and whether there is one entity for each
   * representation is for the sender to check.
   */
  readonly variablesText?: string | undefined;
  /** The representations of each of the operation's `entityLists` as JSON, from who has them one by one. */
  readonly representations?: readonly (readonly string[])[] | undefined;
  /** The client request that this fetch is for. */
  readonly client: ClientRequest;
  /** What it is a piece of in the trace of its request. Default: the request itself. */
  readonly span?: Span | undefined;
  /**
   * Aborted when the client has left or the operation's time is up. The fetch then rejects at once; a query is torn down
   * at the subgraph too, a mutation that was sent is left to end.
   */
  readonly signal: AbortSignal | undefined;
}

/** What a transport may know of the client request behind its fetches. */
export interface ClientRequest {
  readonly id: string;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  /** Where what is done for it is noted; `undefined` without traces. */
  readonly trace?: RequestTrace | undefined;
  /** Where it is noted how long its stages take; `undefined` where that is of no interest. */
  readonly stages?: StageTimes | undefined;
  /** Equal for clients of one verified identity, and for no others; `undefined` for strangers, and where nothing is kept by it. */
  readonly identityKey?: string | undefined;
  /** Who asks, where that decides which endpoints answer. */
  readonly asker?: Asker | undefined;
  /** The headers that tell a subgraph who asks, names in lower case and values in turn, where it is to be told. */
  readonly identityHeaders?: (subgraph: string) => readonly string[] | Promise<readonly string[]>;
  /** Gets what the header rules pass on to the client from each subgraph answer; see `ResponseHeaders`. */
  readonly onSubgraphHeaders:
    | ((subgraph: string, headers: ReadonlyMap<string, string | readonly string[]>) => void)
    | undefined;
  /** Told once a mutation may have reached a subgraph, for who must not run it a second time. */
  readonly onSent?: () => void;
  /** Cuts the client's connection, for who shall see what it makes of that. */
  readonly hangUp?: () => void;
  /** Told what each subgraph answer that goes into the client's answer says of storing it, where somebody goes by it. */
  readonly onFetched?: OnFetched | undefined;
  /** Told of the objects that each of them brought, where somebody wants to know what the client's answer shows. */
  readonly onObjects?: OnObjects | undefined;
}

/**
 * What a subgraph answered: `data` and `errors` of GraphQL's response, their shape checked. Calls that were joined share one
 * result, so nobody may change it.
 */
export interface FetchResult extends ExecutionResult<Record<string, unknown>> {
  /** Whether other requests were given the very same object: it must not be written to. */
  readonly shared?: boolean;
  /** Set when the answer is an old one, served because the subgraph failed: clients are told, and nobody keeps it as a good one. */
  readonly degraded?: 'stale';
}

/**
 * The narrow waist: every subgraph, whatever its kind, is reached through one of these, and wrappers (`withX`) go around it.
 * Errors that a subgraph answers are in the result; a subgraph that cannot be asked, or whose answer is none, rejects with a
 * `GatewayError`: `SUBGRAPH_UNREACHABLE`, `SUBGRAPH_TIMEOUT` (also when a `TimeoutError` aborts the signal), `SUBGRAPH_HTTP_ERROR`,
 * `SUBGRAPH_INVALID_RESPONSE`, or `REQUEST_TIMEOUT` when the signal is aborted for another reason. Anything else is a fault.
 */
export type Send = (request: FetchRequest) => Promise<FetchResult>;

/** The waist for subscriptions: resolves once the subgraph has accepted, then yields its events. */
export type Subscribe = (request: FetchRequest) => Promise<AsyncIterable<FetchResult>>;

/** How one subgraph is reached. Its connections belong to the `Transports` it came from. */
export interface Transport {
  readonly send: Send;
  readonly subscribe: Subscribe;
}
