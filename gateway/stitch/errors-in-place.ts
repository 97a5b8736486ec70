import {
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  getNamedType,
  isEnumType,
  responsePathAsArray,
} from 'graphql';

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/**
 * Gives each error the path of the field where it surfaces. graphql-tools gives errors of merged types the path of
 * their first representation, or one without list indexes, and graphql-js keeps a path that is there already.
 */
export function withErrorsInPlace(resolve: Resolver): Resolver {
  return (source, args, context, info) => {
    const settle = (value: unknown) => {
      assertNothingHidden(value, source, info);
      return placeErrors(value, info, []);
    };
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

/** graphql-tools gives null, and no error, for a value that is not in the public enum. */
function assertNothingHidden(value: unknown, source: unknown, info: GraphQLResolveInfo): void {
  if (!isEnumType(getNamedType(info.returnType)) || typeof source !== 'object' || source === null) return;
  const answered: unknown = Object.getOwnPropertyDescriptor(source, info.path.key)?.value;
  if (hides(value, answered)) throw placed(new GraphQLError('The value is not in the enum.'), info, []);
}

function hides(value: unknown, answered: unknown): boolean {
  if (typeof answered === 'string') return value === null;
  return Array.isArray(answered) && Array.isArray(value) && answered.some((item, index) => hides(value[index], item));
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
