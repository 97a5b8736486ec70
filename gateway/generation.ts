import { buildSchema, type GraphQLSchema } from 'graphql';
import type { Supergraph } from '../schema/supergraph/supergraph.ts';
import type { Config } from './config/config.ts';
import type { Engine } from './execute/engine.ts';
import { createOperationReader, type OperationReader } from './operation/read-operation.ts';
import { createStitchedEngine } from './stitch/stitched-engine.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { createTransports } from './transport/transports.ts';

/** One immutable supergraph with all that was built from it; caches that depend on the schema live in here. */
export interface Generation {
  readonly supergraph: Supergraph;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly readOperation: OperationReader;
  readonly engine: Engine;
  /** Ends the connections to the subgraphs. */
  readonly close: () => Promise<void>;
}

/**
 * Builds everything that requests need to run on a supergraph.
 * @throws Error when the supergraph cannot be run.
 */
export function createGeneration(supergraph: Supergraph, config: Config, telemetry: Telemetry): Generation {
  const schema = buildSchema(supergraph.publicSdl, { assumeValidSDL: true });
  const { traffic, headers } = config;
  const transports = createTransports({ supergraph, traffic, headers, telemetry });
  return {
    supergraph,
    schema,
    readOperation: createOperationReader({
      schema,
      limits: config.limits,
      introspection: config.introspection,
      suggestions: config.errors.suggestions,
      onCacheAsked: telemetry.operationCacheAsked,
    }),
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
