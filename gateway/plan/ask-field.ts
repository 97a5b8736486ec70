import type { TypeNode } from 'graphql';
import type { Objects, Source } from './draft.ts';
import type { Drafting } from './drafting.ts';
import type { FetchField } from './fetch-selection.ts';
import type { FieldInGraph } from './model.ts';
import { PlanError } from './plan-error.ts';
import type { SelectedField, SelectionSets } from './selected.ts';
import { namedTypeOf, shapeText, typeText } from './type-shape.ts';

/** Adds a field to what a fetch selects. */
export function askField(
  drafting: Drafting,
  objects: Objects,
  source: Source,
  { key, name, args, argsText, sets }: SelectedField,
): { readonly added: FetchField; readonly provided: SelectionSets | undefined; readonly type: string } {
  const definition = objects.type.fields.get(name);
  if (definition === undefined) throw new PlanError(`The supergraph has no field ${objects.type.name}.${name}.`);
  const own = definition.graphs.get(source.graph);
  const { types, typeThere } = typesToAsk(drafting, objects, source, name, own ?? { type: definition.type });
  const compositeType = sets.length === 0 ? undefined : namedTypeOf(typeThere);
  const shape = shapeText(typeThere, compositeType !== undefined);
  // A subgraph puts null where an error is and above: what the client asked for apart must not be lost together.
  const isApart = compositeType !== undefined || (objects.position.primary === undefined && !drafting.isRepeatable);
  const occurrence = isApart ? key : undefined;
  const added = source.selection.add({ types, name, args, argsText, shape, compositeType, occurrence });
  const given = source.provided && drafting.collector.fieldsOf(source.provided, objects.type.name).get(name)?.sets;
  const provided = [...(given ?? []), ...(own?.provides === undefined ? [] : [own.provides])];
  return { added, provided: provided.length === 0 ? undefined : provided, type: typeText(definition.type) };
}

/** Where a selection stands on more types than the objects are, it is asked for theirs only. */
function typesToAsk(
  drafting: Drafting,
  { types, type }: Objects,
  { selection, graph }: Source,
  name: string,
  own: Pick<FieldInGraph, 'type'>,
): { readonly types: readonly string[] | undefined; readonly typeThere: TypeNode } {
  const typeThere = own.type;
  const names = types ?? [type.name];
  if (selection.type === undefined) {
    const views = names.map((one) => drafting.typeOf(one).graphs.get(graph)?.view ?? one);
    return { types: [...new Set(views)], typeThere };
  }
  const view = drafting.typeOf(selection.type);
  const there = view.graphs.get(graph);
  if (view.kind === 'object' || there === undefined || there.isInterfaceObject || type === view) {
    return { types: undefined, typeThere };
  }
  const shared = view.fields.get(name)?.graphs.get(graph);
  if (shared !== undefined && there.possible.every((one) => names.includes(one))) {
    return { types: undefined, typeThere: shared.type };
  }
  return { types: names.filter((one) => there.possible.includes(one)), typeThere };
}
