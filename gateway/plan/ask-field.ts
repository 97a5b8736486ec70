import type { Objects, Source } from './draft.ts';
import type { Drafting } from './drafting.ts';
import type { FetchField, FieldToFetch } from './fetch-selection.ts';
import type { CompositeType, Field } from './model.ts';
import { PlanError } from './plan-error.ts';
import type { SelectedField, SelectionSets } from './selected.ts';

/** Adds a field to what a fetch selects. */
export function askField(drafting: Drafting, objects: Objects, source: Source, field: SelectedField): FetchField {
  return source.selection.add(toFieldToFetch(drafting, objects, source, field));
}

/** What a subgraph gives of the objects of a field beyond its own fields (`@provides`). */
export function providedBelow(
  drafting: Drafting,
  { type }: Objects,
  { graph, provided }: Source,
  { name }: SelectedField,
): SelectionSets | undefined {
  const own = type.fields.get(name)?.graphs.get(graph)?.provides;
  const given = provided && drafting.collector.fieldsOf(provided, type.name).get(name)?.sets;
  const all = own === undefined ? given : [...(given ?? []), own];
  return all?.length === 0 ? undefined : all;
}

/** What the supergraph says of a field. */
export function definitionOf(type: CompositeType, name: string): Field {
  const definition = type.fields.get(name);
  if (definition === undefined) throw new PlanError(`The supergraph has no field ${type.name}.${name}.`);
  return definition;
}

/** Where a selection stands on more types than the objects are, it is asked for theirs only. */
function toFieldToFetch(
  drafting: Drafting,
  objects: Objects,
  { selection, graph, views }: Source,
  field: SelectedField,
): FieldToFetch {
  const { name, sets, key } = field;
  // A subgraph puts null where an error is and above: what the client asked for apart must not be lost together.
  const isApart = sets.length > 0 || (objects.position.primary === undefined && !drafting.isRepeatable);
  const occurrence = isApart ? key : undefined;
  const definition = definitionOf(objects.type, name);
  const { type } = definition.graphs.get(graph) ?? definition;
  if (selection.type === undefined) return { types: views, field, type, occurrence };
  const view = drafting.typeOf(selection.type);
  const there = view.graphs.get(graph);
  if (view.kind === 'object' || there === undefined || there.isInterfaceObject || objects.type === view) {
    return { types: undefined, field, type, occurrence };
  }
  const among = drafting.among(objects.types ?? [objects.type.name], there);
  const shared = view.fields.get(name)?.graphs.get(graph);
  if (shared !== undefined && among.isAll) return { types: undefined, field, type: shared.type, occurrence };
  return { types: among.types, field, type, occurrence };
}
