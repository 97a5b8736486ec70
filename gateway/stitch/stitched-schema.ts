import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import type { ExecutionResult, MaybeAsyncIterable, ExecutionRequest as StitchRequest } from '@graphql-tools/utils';
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { type DocumentNode, defaultFieldResolver, type GraphQLFieldConfig, type GraphQLSchema } from 'graphql';
import { withErrorsInPlace } from './errors-in-place.ts';

/** Reaches one subgraph for graphql-tools. */
export type SubgraphExecutor = (request: StitchRequest) => Promise<MaybeAsyncIterable<ExecutionResult>>;

/**
 * One executable schema for a whole supergraph; its resolvers delegate to `executorOf`, which is told values of `join__Graph`.
 * @param overrideLabels labels of `@override` that are on
 */
export function createStitchedSchema(
  document: DocumentNode,
  executorOf: (graph: string, schema: GraphQLSchema) => SubgraphExecutor,
  overrideLabels: readonly string[],
): GraphQLSchema {
  return getStitchedSchemaFromSupergraphSdl({
    supergraphSdl: document,
    batch: true,
    handleProgressiveOverride: (label) => overrideLabels.includes(label),
    // It throws dice for both subgraphs of a label percent(n), and they must not both say no: so it is never on.
    getRng: () => 1,
    onSubschemaConfig(subschema) {
      subschema.executor = executorOf(subschema.name, subschema.schema);
    },
    onStitchedSchema: (schema) =>
      mapSchema(schema, {
        [MapperKind.OBJECT_FIELD]: (field: GraphQLFieldConfig<unknown, unknown>) => ({
          ...field,
          resolve: withErrorsInPlace(field.resolve ?? defaultFieldResolver),
        }),
      }),
  });
}
