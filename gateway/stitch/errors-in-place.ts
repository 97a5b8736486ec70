import { GraphQLError, type GraphQLFieldResolver, type GraphQLResolveInfo, responsePathAsArray } from 'graphql';

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/**
 * Gives each error the path of the field where it surfaces. graphql-tools gives errors of merged types the path of
 * their first representation, or one without list indexes, and graphql-js keeps a path that is there already.
 */
export function withErrorsInPlace(resolve: Resolver): Resolver {
  return (source, args, context, info) => {
    const settle = (value: unknown) => placeErrors(value, info, []);
    const fail = (error: unknown): never => {
      throw placed(error, info, []);
    };
    try {
      const value: unknown = resolve(source, args, context, info);
      return value instanceof Promise ? value.then(settle, fail) : settle(value);
    } catch (error) {
      return fail(error);
    }
  };
}

function placeErrors(value: unknown, info: GraphQLResolveInfo, indexes: readonly number[]): unknown {
  if (value instanceof Error) return placed(value, info, indexes);
  if (!Array.isArray(value)) return value;
  for (let index = 0; index < value.length; index++) {
    const item: unknown = value[index];
    if (item instanceof Error || Array.isArray(item)) value[index] = placeErrors(item, info, [...indexes, index]);
  }
  return value;
}

function placed(error: unknown, info: GraphQLResolveInfo, indexes: readonly number[]): GraphQLError {
  return new GraphQLError(error instanceof Error ? error.message : 'Unexpected error.', {
    nodes: info.fieldNodes,
    path: [...responsePathAsArray(info.path), ...indexes],
    originalError: error instanceof Error ? error : new Error('A resolver threw what is no error.', { cause: error }),
  });
}
