import { buildSchema, type GraphQLSchema } from 'graphql';
import type { Supergraph } from '../schema/supergraph/supergraph.ts';
import type { Config } from './config/config.ts';
import type { Engine } from './execute/engine.ts';
import { createOperationReader, type OperationReader } from './operation/read-operation.ts';
import { createPolicies } from './policy/create-policies.ts';
import type { Policy } from './policy/policy.ts';
import { createStitchedEngine } from './stitch/stitched-engine.ts';
import type { LimitStore } from './store/limit-store.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { createTransports } from './transport/transports.ts';

/** One immutable supergraph with all that was built from it; caches that depend on the schema live in here. */
export interface Generation {
  readonly supergraph: Supergraph;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly readOperation: OperationReader;
  /** In the order in which they are asked. */
  readonly policies: readonly Policy[];
  readonly engine: Engine;
  /** Ends the connections to the subgraphs. */
  readonly close: () => Promise<void>;
}

export interface GenerationParts {
  readonly config: Config;
  readonly telemetry: Telemetry;
  readonly limitStore: LimitStore;
}

/**
 * Builds everything that requests need to run on a supergraph.
 * @throws Error when the supergraph cannot be run.
 */
export function createGeneration(
  supergraph: Supergraph,
  { config, telemetry, limitStore }: GenerationParts,
): Generation {
  const schema = buildSchema(supergraph.publicSdl, { assumeValidSDL: true });
  const { traffic, headers } = config;
  const transports = createTransports({ supergraph, traffic, headers, telemetry });
  return {
    supergraph,
    schema,
    readOperation: createOperationReader({
      schema,
      limits: config.limits,
      introspection: config.introspection !== false,
      suggestions: config.errors.suggestions,
      onCacheAsked: telemetry.operationCacheAsked,
    }),
    policies: createPolicies({ supergraph, schema, config, limitStore, log: telemetry.log }),
    engine: createStitchedEngine({
      supergraph,
      publicSchema: schema,
      transportOf: transports.of,
      subgraphMessages: config.errors.subgraphMessages,
      log: telemetry.log,
    }),
    close: transports.close,
  };
}
