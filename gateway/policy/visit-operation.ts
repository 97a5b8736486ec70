import { type ASTVisitor, type GraphQLSchema, separateOperations, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { Operation } from '../operation/operation.ts';

/** Visits all that an operation can run: the operation itself, and each fragment that it reaches once. */
export function visitOperation(
  schema: GraphQLSchema,
  { document, name }: Operation,
  toVisitor: (typeInfo: TypeInfo) => ASTVisitor,
): void {
  const own = separateOperations(document)[name ?? ''];
  if (own === undefined) return;
  const typeInfo = new TypeInfo(schema);
  visit(own, visitWithTypeInfo(typeInfo, toVisitor(typeInfo)));
}
