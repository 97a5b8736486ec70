import { type GraphQLType, isListType, isNonNullType } from 'graphql';

/**
 * Whether each value of `narrow` is one of `wide`: the same named type, the same lists, and null at most where `wide` has it.
 * An answer may get narrower and an input wider without breaking an operation.
 */
export function isAtLeast(wide: GraphQLType, narrow: GraphQLType): boolean {
  if (isNonNullType(wide)) return isNonNullType(narrow) && isAtLeast(wide.ofType, narrow.ofType);
  if (isNonNullType(narrow)) return isAtLeast(wide, narrow.ofType);
  if (isListType(wide)) return isListType(narrow) && isAtLeast(wide.ofType, narrow.ofType);
  return !isListType(narrow) && wide.name === narrow.name;
}
