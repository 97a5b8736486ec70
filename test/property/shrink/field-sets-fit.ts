import {
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isRequiredArgument,
  isUnionType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { SubgraphModel } from '../subgraph-model.ts';
import { nameOf } from '../type-name.ts';

/** Whether all field sets of a subgraph name what is there; composition does not look at their arguments. */
export function fieldSetsFit({ schema, types }: SubgraphModel): boolean {
  for (const type of types.values()) {
    if (!type.keys.every(({ fields }) => fits(schema, type.name, fields))) return false;
    for (const { requires, provides, type: of } of type.fields.values()) {
      if (requires !== undefined && !fits(schema, type.name, requires)) return false;
      if (provides !== undefined && !fits(schema, nameOf(of), provides)) return false;
    }
  }
  return true;
}

function fits(schema: GraphQLSchema, typeName: string, set: SelectionSetNode): boolean {
  const type = schema.getType(typeName);
  if (!isCompositeType(type)) return false;
  return set.selections.every((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return false;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return fits(schema, selection.typeCondition?.name.value ?? typeName, selection.selectionSet);
    }
    const { name, arguments: given = [], selectionSet } = selection;
    if (name.value === '__typename') return true;
    const field = isUnionType(type) ? undefined : type.getFields()[name.value];
    if (field === undefined) return false;
    const names = given.map((argument) => argument.name.value);
    if (!names.every((one) => field.args.some((argument) => argument.name === one))) return false;
    if (field.args.some((argument) => isRequiredArgument(argument) && !names.includes(argument.name))) return false;
    const below = getNamedType(field.type);
    if (isCompositeType(below) !== (selectionSet !== undefined)) return false;
    return selectionSet === undefined || fits(schema, below.name, selectionSet);
  });
}
