import { askField } from './ask-field.ts';
import type { Option } from './cover.ts';
import type { Objects, PlannedField, Position, Source } from './draft.ts';
import { type Drafting, early } from './drafting.ts';
import { groupTypes } from './group-types.ts';
import type { CompositeType } from './model.ts';
import type { Typename } from './plan.ts';
import { PlanError } from './plan-error.ts';
import type { SelectedField, SelectionSets } from './selected.ts';
import { shareFields } from './share-fields.ts';
import { lateSource, liftedSource, sourceIn } from './sources.ts';

/** See `FieldPlanner`. */
export function planFields(
  drafting: Drafting,
  objects: Objects,
  fields: Iterable<SelectedField>,
  done: ReadonlyMap<string, PlannedField> = none,
): ReadonlyMap<string, PlannedField> {
  const { type, position } = objects;
  const asked = [...fields];
  const all = done.size === 0 ? asked : asked.filter(({ key }) => !done.has(key));
  const held = position.primary === undefined ? undefined : early(objects.sources);
  const { options } = drafting.chooser.choose(all, type, held);
  const planned = new Map<string, PlannedField>(done);
  const plan = (field: SelectedField) => {
    planned.set(field.key, planField(drafting, objects, field, options.get(field.key)));
  };
  const late: SelectedField[] = [];
  for (const field of all) {
    if (requiresOf(type, field.name, options.get(field.key)) === undefined) plan(field);
    else late.push(field);
  }
  if (late.length === 0 && done.size === 0) return planned;
  // What waits for other fields joins a fetch that is there already, where it can.
  late.forEach(plan);
  return new Map(asked.map(({ key }) => [key, planned.get(key) as PlannedField]));
}

const none: ReadonlyMap<string, PlannedField> = new Map();

function requiresOf(type: CompositeType, name: string, option: Option | undefined) {
  if (option === undefined || option.distance === 0) return undefined;
  return type.fields.get(name)?.graphs.get(option.graph)?.requires;
}

function planField(
  drafting: Drafting,
  objects: Objects,
  field: SelectedField,
  option: Option | undefined,
): PlannedField {
  if (field.name === '__typename') {
    return { field, type: 'String!', source: undefined, graph: undefined, origin: undefined, below: undefined };
  }
  const source =
    option === undefined ? liftedSourceFor(drafting, objects, field) : sourceOf(drafting, objects, field, option);
  if (source !== undefined) return takeField(drafting, objects, source, field);
  throw new PlanError(`No subgraph can be asked for ${objects.type.name}.${field.name} where it is selected.`);
}

function sourceOf(drafting: Drafting, objects: Objects, field: SelectedField, option: Option): Source | undefined {
  const { graph, distance } = option;
  if (distance === 0) return early(objects.sources).find((source) => source.graph === graph);
  const requires = requiresOf(objects.type, field.name, option);
  return requires === undefined ? sourceIn(drafting, objects, graph) : lateSource(drafting, objects, graph, requires);
}

/** Another subgraph that answers the field of the parent too may give what keys do not lead to. */
function liftedSourceFor(drafting: Drafting, objects: Objects, field: SelectedField): Source | undefined {
  const { type } = objects;
  const definition = type.fields.get(field.name);
  const graphs = [...(definition?.graphs ?? [])].flatMap(([graph, own]) => (own.requires === undefined ? graph : []));
  for (const graph of graphs) {
    const source = liftedSource(drafting, objects, graph);
    if (source !== undefined) return source;
  }
  for (const between of type.graphs.keys()) {
    const jumps = drafting.reach.from(type, [between]);
    const graph = graphs.find((one) => jumps.has(one));
    if (graph === undefined || liftedSource(drafting, objects, between) === undefined) continue;
    const source = sourceIn(drafting, objects, graph);
    if (source !== undefined) return source;
  }
  return undefined;
}

/** See `FieldPlanner`. */
export function takeField(drafting: Drafting, objects: Objects, source: Source, field: SelectedField): PlannedField {
  const { added, provided, type } = askField(drafting, objects, source, field);
  const ref = { link: source.link, key: added.key };
  const { graph, origin } = source;
  if (added.below === undefined) return { field, type, source: ref, graph, origin, below: undefined };
  const primary: Source = { graph, selection: added.below, origin, link: undefined, provided, isLate: false };
  const below = planPosition(drafting, { parent: { objects, field, source: ref }, primary, sets: field.sets });
  return { field, type, source: ref, graph, origin, below };
}

interface PositionToPlan {
  readonly parent: NonNullable<Position['parent']>;
  readonly primary: Source;
  readonly sets: SelectionSets;
}

/** Plans what is selected of the objects that a field brings. */
function planPosition(drafting: Drafting, { parent, primary, sets }: PositionToPlan): Position {
  const { selection, graph } = primary;
  const view = drafting.typeOf(selection.type ?? '');
  const there = view.graphs.get(graph);
  if (there === undefined) throw new PlanError(`The subgraph ${graph} does not have the type ${view.name}.`);
  const position: Position = { parent, primary, typename: { kind: 'constant', name: view.name }, cases: [] };
  if (view.kind === 'object') {
    planCases(drafting, position, [undefined], view, [primary], sets);
  } else if (there.isInterfaceObject) {
    planInterfaceObject(drafting, position, view, primary, sets);
  } else {
    position.typename = askTypename(primary);
    planCases(drafting, position, groupTypes(drafting, there.possible, sets), view, [primary], sets);
  }
  return position;
}

function planCases(
  drafting: Drafting,
  position: Position,
  groups: readonly (readonly string[] | undefined)[],
  view: CompositeType,
  sources: readonly Source[],
  sets: SelectionSets,
): void {
  position.cases = groups.map((types) => {
    const type = types === undefined ? view : drafting.typeOf(types[0] ?? '');
    return { position, types, type, sources: [...sources], fields: none };
  });
  const { cases } = position;
  drafting.planKinds(cases.length, () => {
    const shared = drafting.sharesFields && cases.length > 1 ? shareFields(drafting, cases, sets) : undefined;
    for (const objects of cases) {
      const fields = drafting.collector.fieldsOf(sets, objects.type.name).values();
      objects.fields = planFields(drafting, objects, fields, shared?.get(objects));
    }
  });
}

function askTypename({ selection, link }: Source): Typename {
  const { key } = selection.add({
    types: undefined,
    name: '__typename',
    args: [],
    argsText: '',
    shape: 'String!',
    compositeType: undefined,
  });
  return { kind: 'read', link, key };
}

/** Objects that do not know what they are: a subgraph that knows is asked when it makes a difference. */
function planInterfaceObject(
  drafting: Drafting,
  position: Position,
  view: CompositeType,
  primary: Source,
  sets: SelectionSets,
): void {
  const unknown: Objects = { position, types: undefined, type: view, sources: [primary], fields: new Map() };
  if (isSameForAll(drafting, view, sets)) {
    position.cases = [unknown];
    unknown.fields = planFields(drafting, unknown, drafting.collector.fieldsOf(sets, view.name).values());
    return;
  }
  const teller = [...view.graphs].find(
    ([graph, there]) => !there.isInterfaceObject && drafting.reach.from(view, [primary.graph]).has(graph),
  );
  const source = teller && sourceIn(drafting, unknown, teller[0]);
  if (teller === undefined || source === undefined) {
    throw new PlanError(`No subgraph can tell which object types ${view.name} stands for.`);
  }
  const { key } = source.selection.add({
    types: [view.name],
    name: '__typename',
    args: [],
    argsText: '',
    shape: 'String!',
    compositeType: undefined,
  });
  position.typename = { kind: 'read', link: source.link, key };
  planCases(drafting, position, groupTypes(drafting, teller[1].possible, sets), view, unknown.sources, sets);
}

/** Whether the selection is on the interface alone, and can be answered without knowing the object type. */
function isSameForAll(drafting: Drafting, view: CompositeType, sets: SelectionSets): boolean {
  const fields = drafting.collector.fieldsOf(sets, view.name);
  if ([...fields.values()].some(({ name }) => name === '__typename')) return false;
  const describe = (type: string) =>
    [...drafting.collector.fieldsOf(sets, type).values()]
      .map(({ key, name, argsText, sets: below }) => `${key}:${name}${argsText}${drafting.collector.idOf(below)}`)
      .join('\n');
  const same = describe(view.name);
  if (!view.possible.every((type) => describe(type) === same)) return false;
  return [...fields.values()].every(({ name }) =>
    [...(view.fields.get(name)?.graphs.keys() ?? [])].some(
      (graph) => view.graphs.get(graph)?.isInterfaceObject === true,
    ),
  );
}
