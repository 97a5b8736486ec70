import { Kind, type TypeNode } from 'graphql';

/** The type whose values fit both: non-null where one of them is. */
export function strictestType(a: TypeNode, b: TypeNode): TypeNode {
  if (a.kind === Kind.NON_NULL_TYPE || b.kind === Kind.NON_NULL_TYPE) {
    const inner = strictestType(a.kind === Kind.NON_NULL_TYPE ? a.type : a, b.kind === Kind.NON_NULL_TYPE ? b.type : b);
    return inner.kind === Kind.NON_NULL_TYPE ? inner : { kind: Kind.NON_NULL_TYPE, type: inner };
  }
  if (a.kind === Kind.LIST_TYPE && b.kind === Kind.LIST_TYPE) {
    return { kind: Kind.LIST_TYPE, type: strictestType(a.type, b.type) };
  }
  return a;
}
