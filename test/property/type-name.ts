import { Kind, type TypeNode } from 'graphql';

/** The named type inside lists and non-nulls. */
export function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}
