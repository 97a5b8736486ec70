import type { Objects, Source } from './draft.ts';
import type { Drafting } from './drafting.ts';
import type { FetchField } from './fetch-selection.ts';
import type { Field } from './model.ts';
import { PlanError } from './plan-error.ts';
import { fieldOf, type SelectedField, type SelectionSets } from './selected.ts';

/**
 * Adds a field to what a fetch selects. Where a selection stands on more types than the objects are, it is asked for theirs
 * only.
 */
export function askField(drafting: Drafting, objects: Objects, source: Source, field: SelectedField): FetchField {
  const { selection, graph, views } = source;
  const { sets, key } = field;
  // A subgraph puts null where an error is and above: what the client asked for apart must not be lost together.
  const isApart = sets.length > 0 || (objects.position.primary === undefined && !drafting.isRepeatable);
  const occurrence = isApart ? key : undefined;
  const definition = definitionOf(objects, field);
  const { type } = definition.graphs.get(graph) ?? definition;
  if (selection.type === undefined) return selection.add(field, type, views, occurrence);
  if (selection.type === objects.type.name) return selection.add(field, type, undefined, occurrence);
  const view = drafting.typeOf(selection.type);
  const there = view.graphs.get(graph);
  if (view.kind === 'object' || there === undefined || there.isInterfaceObject) {
    return selection.add(field, type, undefined, occurrence);
  }
  const among = drafting.among(objects.types ?? [objects.type.name], there);
  const shared = view.fields.get(field.name)?.graphs.get(graph);
  if (shared !== undefined && among.isAll) return selection.add(field, shared.type, undefined, occurrence);
  return selection.add(field, type, among.types, occurrence);
}

/** What a subgraph gives of the objects of a field beyond its own fields (`@provides`). */
export function providedBelow(
  drafting: Drafting,
  { type }: Objects,
  { graph, provided }: Source,
  { name, definition }: SelectedField,
): SelectionSets | undefined {
  const own = definition?.graphs.get(graph)?.provides;
  const given = provided && fieldOf(drafting.collector.fieldsOf(provided, type.name), name)?.sets;
  const all = own === undefined ? given : [...(given ?? []), own];
  return all?.length === 0 ? undefined : all;
}

/** What the supergraph says of a field. */
export function definitionOf({ type }: Objects, { name, definition }: SelectedField): Field {
  if (definition === undefined) throw new PlanError(`The supergraph has no field ${type.name}.${name}.`);
  return definition;
}
