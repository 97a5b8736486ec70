import type { DocumentNode, ExecutionResult } from 'graphql';

/** An operation for one subgraph. The same object is reused for every request that sends the same operation. */
export interface FetchOperation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** The operation's name, when it has one. */
  readonly name: string | undefined;
  readonly document: DocumentNode;
  /** `document`, printed. */
  readonly text: string;
}

/** One fetch: an operation for a subgraph on behalf of one client request. */
export interface FetchRequest {
  readonly subgraph: string;
  readonly operation: FetchOperation;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  /** The client request that this fetch is for. */
  readonly client: ClientRequest;
  /** Aborted when the client has left or the operation's time is up; mutations in flight are not torn down by a leaving client. */
  readonly signal: AbortSignal | undefined;
}

/** What a transport may know of the client request behind its fetches. */
export interface ClientRequest {
  readonly id: string;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  /** Subgraph answer headers are handed in here, for the header rules towards the client. */
  readonly onSubgraphHeaders:
    | ((subgraph: string, headers: ReadonlyMap<string, string | readonly string[]>) => void)
    | undefined;
}

/** What a subgraph answered: `data` and `errors` of GraphQL's response, their shape checked. */
export type FetchResult = ExecutionResult<Record<string, unknown>>;

/**
 * The narrow waist: every subgraph, whatever its kind, is reached through one of these, and wrappers (`withX`) go around it.
 * Errors that a subgraph answers are in the result; a subgraph that cannot be asked, or whose answer is none, rejects with a
 * `GatewayError` (`SUBGRAPH_UNREACHABLE`, `SUBGRAPH_TIMEOUT`, `SUBGRAPH_HTTP_ERROR`, `SUBGRAPH_INVALID_RESPONSE`).
 */
export type Send = (request: FetchRequest) => Promise<FetchResult>;

/** The waist for subscriptions: resolves once the subgraph has accepted, then yields its events. */
export type Subscribe = (request: FetchRequest) => Promise<AsyncIterable<FetchResult>>;

/** How one subgraph is reached. */
export interface Transport {
  readonly send: Send;
  readonly subscribe: Subscribe;
  /** Ends connections; fetches in flight may finish first. */
  readonly close: () => Promise<void>;
}
