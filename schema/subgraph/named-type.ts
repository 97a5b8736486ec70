import { Kind, type TypeNode } from 'graphql';

/** The name of the type that lists and non-null marks are around. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
