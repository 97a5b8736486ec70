import { Kind, type TypeNode } from 'graphql';

/** The name of the type without its lists and exclamation marks. */
export function namedTypeOf(type: TypeNode): string {
  let inner = type;
  while (inner.kind !== Kind.NAMED_TYPE) inner = inner.type;
  return inner.name.value;
}

/** A type as GraphQL text. */
export function typeText(type: TypeNode): string {
  if (type.kind === Kind.NON_NULL_TYPE) return `${typeText(type.type)}!`;
  return type.kind === Kind.LIST_TYPE ? `[${typeText(type.type)}]` : type.name.value;
}

/** How many lists a type has. */
export function listDepthOf(type: TypeNode): number {
  if (type.kind === Kind.NAMED_TYPE) return 0;
  return listDepthOf(type.type) + (type.kind === Kind.LIST_TYPE ? 1 : 0);
}

/** A type as one text; of composite types only the lists and exclamation marks count, as in `SameResponseShape`. */
export function shapeText(type: TypeNode, isComposite: boolean): string {
  if (type.kind === Kind.NON_NULL_TYPE) return `${shapeText(type.type, isComposite)}!`;
  if (type.kind === Kind.LIST_TYPE) return `[${shapeText(type.type, isComposite)}]`;
  return isComposite ? '{}' : type.name.value;
}
