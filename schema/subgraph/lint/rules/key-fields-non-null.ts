import { Kind, parse, type SelectionSetNode } from 'graphql';
import { namedType } from '../../named-type.ts';
import type { IndexedType } from '../../type-index.ts';
import { createLintRule } from '../lint-rule.ts';
import { noOptions } from './no-options.ts';

export const keyFieldsNonNull = createLintRule({
  id: 'key-fields-non-null',
  defaultSeverity: 'warn',
  summary: 'Fields of a key are non-null: an entity without its key cannot be loaded.',
  options: noOptions,
  *check({ elements, keys, types }) {
    const nullable = new Set(
      [...keys].flatMap(([type, fieldSets]) =>
        fieldSets.flatMap((fields) => nullableFields(parseFieldSet(fields), type, types)),
      ),
    );
    for (const { node, coordinate } of elements) {
      if (!nullable.delete(coordinate)) continue;
      yield { node, coordinate, message: `${coordinate} is part of a key; make it non-null.` };
    }
  },
});

function nullableFields(
  selections: SelectionSetNode | undefined,
  type: string,
  types: ReadonlyMap<string, IndexedType>,
): readonly string[] {
  return (selections?.selections ?? []).flatMap((selection) => {
    if (selection.kind !== Kind.FIELD) return [];
    const field = types.get(type)?.fields.get(selection.name.value);
    if (field === undefined) return [];
    const below = nullableFields(selection.selectionSet, namedType(field.type), types);
    return field.type.kind === Kind.NON_NULL_TYPE ? below : [`${type}.${field.name.value}`, ...below];
  });
}

// What is wrong with a field set is for composition to say.
function parseFieldSet(fields: string): SelectionSetNode | undefined {
  try {
    const [operation] = parse(`{ ${fields} }`, { noLocation: true, maxTokens: 1_000 }).definitions;
    return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet : undefined;
  } catch {
    return undefined;
  }
}
