import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import type { Operation } from '../operation/operation.ts';
import type { Plan } from '../plan/plan.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ClientRequest, Transport } from '../transport/send.ts';
import type { SubgraphMessages } from './field-error.ts';

/** What an engine runs on. */
export interface EngineOptions {
  readonly supergraph: Supergraph;
  /** What clients see; introspection is answered from it. */
  readonly publicSchema: GraphQLSchema;
  readonly transportOf: (subgraph: string) => Transport;
  readonly subgraphMessages: SubgraphMessages;
  readonly log: Logger;
  /** Labels of `@override` that are on for everybody. Default: none. */
  readonly overrideLabels?: readonly string[];
}

/** One request to run. */
export interface ExecutionRequest {
  readonly operation: Operation;
  /** Coerced: every value fits its declared type. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly client: ClientRequest;
  readonly signal: AbortSignal | undefined;
  /** Who asks, for overrides that are on for a share of them only. Without it they are off. */
  readonly stickyKey?: string | undefined;
}

/** What of a request decides how it is answered. */
export type PlanRequest = Pick<ExecutionRequest, 'operation' | 'variables' | 'stickyKey'>;

export type Answer = ExecutionResult | AsyncIterable<ExecutionResult>;

/**
 * Runs operations against one supergraph. Field errors are in the answer, already safe for the client;
 * what is thrown is a fault.
 */
export interface Engine {
  readonly execute: (request: ExecutionRequest) => Promise<Answer>;
  /** How it would be answered; `undefined` when no subgraph is asked. Engines without it make no plans. */
  readonly planOf?: (request: PlanRequest) => Plan | undefined;
}
