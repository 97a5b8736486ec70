import { describeField } from './describe-type.ts';
import type { Objects, PlannedField, Source } from './draft.ts';
import { type Drafting, early, sourcesOf } from './drafting.ts';
import type { SelectedField, SelectionSets } from './selected.ts';
import { isHarmless } from './sources.ts';

/** A field that several kinds of objects at one place are asked alike. */
interface SharedField {
  readonly field: SelectedField;
  readonly cases: Objects[];
}

/**
 * Plans once what leads on from several kinds of objects alike, where who holds the objects answers it: planned for each kind,
 * fields within fields would multiply.
 */
export function shareFields(
  drafting: Drafting,
  cases: readonly Objects[],
  sets: SelectionSets,
): ReadonlyMap<Objects, ReadonlyMap<string, PlannedField>> {
  const planned = new Map<Objects, Map<string, PlannedField>>(cases.map((objects) => [objects, new Map()]));
  for (const shared of findShared(drafting, cases, sets)) {
    const { field } = shared;
    const objects = joinCases(drafting, shared.cases);
    const source = objects && holderOf(drafting, objects, field);
    if (objects === undefined || source === undefined) continue;
    const one = drafting.planner.takeField(drafting, objects, source, field);
    for (const of of shared.cases) planned.get(of)?.set(field.key, one);
  }
  return planned;
}

function findShared(drafting: Drafting, cases: readonly Objects[], sets: SelectionSets): readonly SharedField[] {
  const found = new Map<string, SharedField>();
  for (const objects of cases) {
    const { type } = objects;
    for (const field of drafting.collector.fieldsOf(sets, type.name)) {
      if (field.sets.length === 0) continue;
      const { key, name, argsText } = field;
      const id = `${key}:${name}${argsText}|${drafting.collector.idOf(field.sets)}|${describeField(type, name)}`;
      const shared = found.get(id);
      if (shared === undefined) found.set(id, { field, cases: [objects] });
      else shared.cases.push(objects);
    }
  }
  return [...found.values()].filter((shared) => shared.cases.length > 1);
}

function joinCases(drafting: Drafting, cases: readonly Objects[]): Objects | undefined {
  const [first] = cases;
  if (first === undefined) return undefined;
  const types = cases.flatMap((one) => one.types ?? []);
  return { ...first, types, sources: sourcesOf(drafting, first.sources, types), fields: [] };
}

/** Who holds the objects and can answer the field with all that is below it. */
function holderOf(drafting: Drafting, objects: Objects, field: SelectedField): Source | undefined {
  const { type, sources } = objects;
  const held = early(sources);
  const { options, cost } = drafting.chooser.choose([field], type, held);
  const [option] = options;
  if (option?.distance !== 0 || cost.missing > 0) return undefined;
  return held.find((source) => source.graph === option.graph && isHarmless(source, field));
}
