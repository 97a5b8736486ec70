import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import type { ExecutionResult, MaybeAsyncIterable, ExecutionRequest as StitchRequest } from '@graphql-tools/utils';
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { defaultFieldResolver, type GraphQLFieldConfig, type GraphQLSchema, Kind, parse } from 'graphql';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import { withErrorsInPlace } from './errors-in-place.ts';

/** Reaches one subgraph for graphql-tools. */
export type SubgraphExecutor = (request: StitchRequest) => Promise<MaybeAsyncIterable<ExecutionResult>>;

/** One executable schema for the whole supergraph; its resolvers delegate to `executorOf`. */
export function createStitchedSchema(
  supergraph: Supergraph,
  executorOf: (subgraph: string, schema: GraphQLSchema) => SubgraphExecutor,
): GraphQLSchema {
  const nameOf = readGraphNames(supergraph.sdl);
  return getStitchedSchemaFromSupergraphSdl({
    supergraphSdl: supergraph.sdl,
    batch: true,
    onSubschemaConfig(subschema) {
      subschema.executor = executorOf(nameOf.get(subschema.name) ?? subschema.name, subschema.schema);
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

/** graphql-tools calls a subgraph by its value of the enum `join__Graph`; the gateway by its name. */
function readGraphNames(sdl: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const definition of parse(sdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const value of definition.values ?? []) {
      const name = value.directives
        ?.find((directive) => directive.name.value === 'join__graph')
        ?.arguments?.find((argument) => argument.name.value === 'name')?.value;
      if (name?.kind === Kind.STRING) names.set(value.name.value, name.value);
    }
  }
  return names;
}
