import { doTypesOverlap, type GraphQLCompositeType, type GraphQLSchema, isCompositeType, isUnionType } from 'graphql';
import type { Operation } from '../../operation/operation.ts';
import { visitOperation } from '../visit-operation.ts';

/** The types on which an operation selects a field, by the field's name. */
export type SelectedFields = ReadonlyMap<string, ReadonlySet<GraphQLCompositeType>>;

/** What an operation selects; `@skip` and `@include` are not looked at, as they depend on the request. */
export function readSelectedFields(schema: GraphQLSchema, operation: Operation): SelectedFields {
  const selected = new Map<string, Set<GraphQLCompositeType>>();
  visitOperation(schema, operation, (typeInfo) => ({
    Field({ name }) {
      const parent = typeInfo.getParentType();
      if (!isCompositeType(parent)) return;
      const parents = selected.get(name.value);
      if (parents === undefined) selected.set(name.value, new Set([parent]));
      else parents.add(parent);
    },
  }));
  return selected;
}

/**
 * Tells whether an operation may reach what `User.email`, or `User` for all of its fields, stands for: a field of an interface is also
 * that of the types that implement it, and the other way around.
 * @returns `undefined` when the schema has no such type or field
 */
export function createCoordinateTest(
  schema: GraphQLSchema,
  coordinate: string,
): ((selected: SelectedFields) => boolean) | undefined {
  const [typeName = '', field] = coordinate.split('.', 2);
  const type = schema.getType(typeName);
  if (!isCompositeType(type)) return undefined;
  const overlaps = (parents: Iterable<GraphQLCompositeType> = []) =>
    [...parents].some((parent) => doTypesOverlap(schema, parent, type));
  if (field === undefined) return (selected) => [...selected.values()].some(overlaps);
  if (isUnionType(type) || !Object.hasOwn(type.getFields(), field)) return undefined;
  return (selected) => overlaps(selected.get(field));
}
