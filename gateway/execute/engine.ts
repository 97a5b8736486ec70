import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import type { Operation } from '../operation/operation.ts';
import type { Plan } from '../plan/plan.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ClientRequest, Transport } from '../transport/send.ts';
import type { DeclaredDefault } from './default-values.ts';
import type { OnFetchRun } from './fetch-run.ts';
import type { FetchTiming } from './fetch-times.ts';
import type { SubgraphMessages } from './field-error.ts';
import type { HeavyLoad } from './heavy-runs.ts';

/** What an engine runs on. */
export interface EngineOptions {
  readonly supergraph: Supergraph;
  /** What clients see; introspection is answered from it. */
  readonly publicSchema: GraphQLSchema;
  readonly transportOf: (subgraph: string) => Transport;
  readonly subgraphMessages: SubgraphMessages;
  readonly log: Logger;
  /** What fields have that could not be had. Default: null. */
  readonly defaults?: readonly DeclaredDefault[];
  /** Labels of `@override` that are on for everybody. Default: none. */
  readonly overrideLabels?: readonly string[];
  /** Labels that are on for some requests. Default: none. */
  readonly conditionalLabels?: readonly string[];
  /** Whether subgraphs are asked for the keys of all entities, so that it can be told which ones an answer shows. Default: not. */
  readonly asksKeys?: boolean;
  /** How many operations are kept: plans may take as much memory as those of so many mostly do. Default: 2,000. */
  readonly cachedOperations?: number;
  /** Counts heavy runs. Default: none is refused. */
  readonly heavyLoad?: HeavyLoad;
  /** Told of each operation that is to be run whether it was planned before. */
  readonly onPlanAsked?: (hit: boolean) => void;
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
  /** Labels of `@override` that are on for this request because of what it is. Default: none. */
  readonly labels?: readonly string[] | undefined;
  /** Told how each fetch went, where somebody wants to know. Engines that make no plans tell nothing. */
  readonly onFetchRun?: OnFetchRun | undefined;
}

/** What of a request decides how it is answered. */
export type PlanRequest = Pick<ExecutionRequest, 'operation' | 'variables' | 'stickyKey' | 'labels'>;

/** A plan that was run, and how its fetches did. */
export interface RanPlan {
  readonly plan: Plan;
  /** Those of which no fetch was needed are not counted. */
  readonly runs: number;
  /** By the step's id. */
  readonly timingOf: (step: number) => FetchTiming | undefined;
}

export type Answer = ExecutionResult | AsyncIterable<ExecutionResult>;

/**
 * Runs operations against one supergraph. Field errors are in the answer, already safe for the client;
 * what is thrown is a fault. An answer with old data or declared defaults has `extensions.degraded`, see `degradedPathsOf`.
 */
export interface Engine {
  readonly execute: (request: ExecutionRequest) => Promise<Answer>;
  /** How it would be answered; `undefined` when no subgraph is asked. Engines without it make no plans. */
  readonly planOf?: (request: PlanRequest) => Plan | undefined;
  /** The plan of an operation that was run most; `undefined` when none was. Engines without it make no plans. */
  readonly ranPlanOf?: (operation: Operation) => RanPlan | undefined;
  /** Lets go what was made of an operation that is kept no longer. Engines without it keep nothing. */
  readonly forget?: (operation: Operation) => void;
  /** Tells requests apart for which other labels of `@override` are on. Engines without it know no labels of single requests. */
  readonly labelsKeyOf?: (request: Pick<PlanRequest, 'stickyKey' | 'labels'>) => string;
}
