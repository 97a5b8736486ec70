import type { IncomingHttpHeaders } from 'node:http';
import type { Span } from '../telemetry/traces/span.ts';
import type { Cancellation } from './cancellation.ts';
import type { Endpoint } from './endpoints/endpoint.ts';
import type { FetchOperation } from './send.ts';

/** One HTTP request to a subgraph, complete but for the trace context. */
export interface OutgoingRequest {
  /** A query may be repeated, joined and torn down; a mutation may not. */
  readonly kind: FetchOperation['kind'];
  /** What it asks for, the same object for each request that asks for the same. */
  readonly operation?: FetchOperation;
  readonly method: string;
  /** Path and query below the endpoint's URL: empty, or beginning with `/` or `?`. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string | Uint8Array | undefined;
  /** Requests with the same one go to the same endpoint, where endpoints are chosen by it. */
  readonly affinity?: string | undefined;
  /** The group of endpoints that is to answer, where that is settled before. */
  readonly group?: string | undefined;
  /** That of the client request which it is made for. */
  readonly requestId?: string | undefined;
  /** Its span in the trace of that request, or what that is to be a piece of. */
  readonly span?: Span | undefined;
}

/**
 * One call of a subgraph: it ends with an answer, with a `GatewayError`, or with the reason of its cancellation. Wrappers
 * (`withX`) take a call and give a call.
 */
export type Call<Request, Answer> = (request: Request, cancellation: Cancellation) => Promise<Answer>;

/** What every answer tells of itself. */
export interface Answered {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: IncomingHttpHeaders;
  /** Whether it tells of errors, whatever its status. */
  readonly hasErrors?: boolean | undefined;
  /** The group of endpoints that gave it, where that is on trial; see `EndpointGroups`. */
  readonly trial?: string | undefined;
}

/** One call of one endpoint. */
export type EndpointCall<Request, Answer> = (
  request: Request,
  endpoint: Endpoint,
  cancellation: Cancellation,
) => Promise<Answer>;

/** A call that is given up when `signal` is aborted. */
export type SignalledCall<Request, Answer> = (request: Request, signal: AbortSignal | undefined) => Promise<Answer>;
