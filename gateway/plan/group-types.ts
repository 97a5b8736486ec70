import { describeField, describeType } from './describe-type.ts';
import type { Drafting, TypeGroups } from './drafting.ts';
import type { SelectionSets } from './selected.ts';

/**
 * Groups object types that are asked the same and answered by the same subgraphs in the same way, so that they can be planned as
 * one. Asked again for the same lists it gives the same groups.
 */
export function groupTypes(drafting: Drafting, names: readonly string[], sets: SelectionSets): TypeGroups {
  if (names.length < 2) return names.length === 0 ? [] : [names];
  const known = drafting.groups.get(sets) ?? new Map<readonly string[], TypeGroups>();
  drafting.groups.set(sets, known);
  const groups = known.get(names) ?? groupAnew(drafting, names, sets);
  known.set(names, groups);
  return groups;
}

function groupAnew(drafting: Drafting, names: readonly string[], sets: SelectionSets): TypeGroups {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const type = drafting.typeOf(name);
    const fields = drafting.collector.fieldsOf(sets, name).map((field) => {
      const { key, argsText, sets: below } = field;
      return `${key}:${field.name}${argsText}${drafting.collector.idOf(below)}${describeField(type, field.name)}`;
    });
    const signature = `${describeType(type)}\n${fields.join('\n')}`;
    const group = groups.get(signature);
    if (group === undefined) groups.set(signature, [name]);
    else group.push(name);
  }
  return [...groups.values()];
}
