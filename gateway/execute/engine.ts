import type { ExecutionResult } from 'graphql';
import type { Operation } from '../operation/operation.ts';
import type { ClientRequest } from '../transport/send.ts';

/** One request to run. */
export interface ExecutionRequest {
  readonly operation: Operation;
  /** Coerced: every value fits its declared type. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly client: ClientRequest;
  readonly signal: AbortSignal | undefined;
}

export type Answer = ExecutionResult | AsyncIterable<ExecutionResult>;

/**
 * Runs operations against one supergraph. Field errors are in the answer, already safe for the client;
 * what is thrown is a fault.
 */
export interface Engine {
  readonly execute: (request: ExecutionRequest) => Promise<Answer>;
}
