import type { Cancellation } from './cancellation.ts';
import type { FetchOperation } from './send.ts';

/** One HTTP request to a subgraph, complete but for the trace context. */
export interface OutgoingRequest {
  /** A query may be repeated, joined and torn down; a mutation may not. */
  readonly kind: FetchOperation['kind'];
  readonly method: string;
  /** Path and query string. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string | Uint8Array | undefined;
}

/**
 * One call of a subgraph: it ends with an answer, with a `GatewayError`, or with the reason of its cancellation. Wrappers
 * (`withX`) take a call and give a call.
 */
export type Call<Request, Answer> = (request: Request, cancellation: Cancellation) => Promise<Answer>;

/** A call that is given up when `signal` is aborted. */
export type SignalledCall<Request, Answer> = (request: Request, signal: AbortSignal | undefined) => Promise<Answer>;
