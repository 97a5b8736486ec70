import { askField, definitionOf, providedBelow } from './ask-field.ts';
import { askKeys } from './ask-keys.ts';
import type { Chosen } from './cover.ts';
import type { Objects, Origin, PlannedField, Position, Source } from './draft.ts';
import { type Drafting, early, sourcesOf } from './drafting.ts';
import { groupTypes } from './group-types.ts';
import type { CompositeType } from './model.ts';
import type { Option } from './option.ts';
import type { Typename } from './plan.ts';
import { PlanError } from './plan-error.ts';
import { fieldOf, type SelectedField, type SelectedFields, type SelectionSets } from './selected.ts';
import { shareFields } from './share-fields.ts';
import { isHarmless, lateSource, liftedSource, sourceIn, typedSource } from './sources.ts';

/** See `FieldPlanner`. */
export function planFields(
  drafting: Drafting,
  objects: Objects,
  fields: SelectedFields,
  done?: ReadonlyMap<string, PlannedField>,
): readonly PlannedField[] {
  const { type, position } = objects;
  const open = done === undefined ? fields : fields.filter(({ key }) => !done.has(key));
  const held = position.primary === undefined ? undefined : early(objects.sources);
  const { options } = drafting.chooser.choose(open, type, held);
  const plan = (field: SelectedField, index: number) => planField(drafting, objects, field, options[index]);
  const planned = options.some(isLate) ? planLateLast(open, options, plan) : open.map(plan);
  if (done === undefined) return planned;
  const all = new Map([...done, ...planned.map((one) => [one.field.key, one] as const)]);
  return fields.flatMap(({ key }) => all.get(key) ?? []);
}

function isLate(option: Option | undefined): boolean {
  return option?.requires !== undefined;
}

/** What waits for other fields joins a fetch that is there already, where it can. */
function planLateLast(
  fields: SelectedFields,
  options: Chosen,
  plan: (field: SelectedField, index: number) => PlannedField,
): readonly PlannedField[] {
  const soon = fields.map((field, index) => (isLate(options[index]) ? undefined : plan(field, index)));
  return fields.map((field, index) => soon[index] ?? plan(field, index));
}

const noFields: readonly PlannedField[] = [];

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
  const { graph, requires } = option;
  if (requires !== undefined) return lateSource(drafting, objects, graph, requires);
  const source = sourceIn(drafting, objects, graph);
  if (source === undefined || isHarmless(source, field)) return source;
  return typedSource(drafting, objects, graph) ?? source;
}

/** Another subgraph that answers the field of the parent too may give what keys do not lead to. */
function liftedSourceFor(drafting: Drafting, objects: Objects, field: SelectedField): Source | undefined {
  const { type } = objects;
  const graphs = [...(field.definition?.graphs ?? [])].flatMap(([graph, own]) =>
    own.requires === undefined ? graph : [],
  );
  for (const graph of graphs) {
    const source = liftedSource(drafting, objects, graph);
    if (source !== undefined) return source;
  }
  for (const between of type.graphs.keys()) {
    const jumps = drafting.reach.from(type, [{ graph: between }]);
    const graph = graphs.find((one) => jumps.has(one));
    if (graph === undefined || liftedSource(drafting, objects, between) === undefined) continue;
    const source = sourceIn(drafting, objects, graph);
    if (source !== undefined) return source;
  }
  return undefined;
}

/** See `FieldPlanner`. */
export function takeField(drafting: Drafting, objects: Objects, source: Source, field: SelectedField): PlannedField {
  const added = askField(drafting, objects, source, field);
  const type = definitionOf(objects, field).type.text;
  const ref = { link: source.link, key: added.key };
  const { graph, origin } = source;
  if (added.below === undefined) return { field, type, source: ref, graph, origin, below: undefined };
  const primary: Source = {
    graph,
    selection: added.below,
    origin,
    link: undefined,
    views: undefined,
    provided: providedBelow(drafting, objects, source, field),
    common: undefined,
    isLate: false,
  };
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
  const tellers = tellersOf(position, sources);
  position.cases = groups.map((types) => {
    const type = types === undefined ? view : drafting.typeOf(types[0] ?? '');
    return {
      position,
      types,
      type,
      tellers,
      sources: sourcesOf(drafting, sources, types ?? [type.name]),
      fields: noFields,
    };
  });
  const { cases } = position;
  drafting.planKinds(cases.length, () => {
    const shared = drafting.sharesFields && cases.length > 1 ? shareFields(drafting, cases, sets) : undefined;
    for (const objects of cases) {
      const fields = drafting.collector.fieldsOf(sets, objects.type.name);
      objects.fields = planFields(drafting, objects, fields, shared?.get(objects));
      if (drafting.asksKeys) askKeys(drafting, objects);
    }
  });
}

function tellersOf({ parent, typename }: Position, sources: readonly Source[]): readonly Origin[] {
  const above = parent?.objects.tellers ?? [];
  if (typename.kind === 'constant' || typename.link === undefined) return above;
  const own = sources.find(({ link }) => link === typename.link);
  return own === undefined ? above : [own.origin, ...above];
}

function askTypename({ selection, link }: Source): Typename {
  const { key } = selection.addTypename(undefined);
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
  const tellers = tellersOf(position, [primary]);
  const unknown: Objects = { position, types: undefined, type: view, tellers, sources: [primary], fields: noFields };
  if (isSameForAll(drafting, view, sets)) {
    position.cases = [unknown];
    unknown.fields = planFields(drafting, unknown, drafting.collector.fieldsOf(sets, view.name));
    if (drafting.asksKeys) askKeys(drafting, unknown);
    return;
  }
  const teller = [...view.graphs].find(
    ([graph, there]) => !there.isInterfaceObject && drafting.reach.from(view, [primary]).has(graph),
  );
  const source = teller && sourceIn(drafting, unknown, teller[0]);
  if (teller === undefined || source === undefined) {
    throw new PlanError(`No subgraph can tell which object types ${view.name} stands for.`);
  }
  const { key } = source.selection.addTypename([view.name]);
  position.typename = { kind: 'read', link: source.link, key };
  const groups = groupTypes(drafting, teller[1].possible, sets);
  const common = commonOf(groups.map(([type = '']) => drafting.collector.fieldsOf(sets, type)));
  const sources = unknown.sources.map((one) => (one === primary ? { ...one, common } : one));
  planCases(drafting, position, groups, view, sources, sets);
}

/** The response keys under which all select the same field. */
function commonOf([first, ...others]: readonly SelectedFields[]): ReadonlySet<string> {
  const common = (first ?? []).filter(({ key, name, argsText }) =>
    others.every((fields) => {
      const other = fieldOf(fields, key);
      return other?.name === name && other.argsText === argsText;
    }),
  );
  return new Set(common.map(({ key }) => key));
}

/** Whether the selection is on the interface alone, and can be answered without knowing the object type. */
function isSameForAll(drafting: Drafting, view: CompositeType, sets: SelectionSets): boolean {
  const fields = drafting.collector.fieldsOf(sets, view.name);
  if (fields.some(({ name }) => name === '__typename')) return false;
  const describe = (type: string) =>
    drafting.collector
      .fieldsOf(sets, type)
      .map(({ key, name, argsText, sets: below }) => `${key}:${name}${argsText}${drafting.collector.idOf(below)}`)
      .join('\n');
  const same = describe(view.name);
  for (const type of view.possible) if (describe(type) !== same) return false;
  return fields.every(({ name }) =>
    [...(view.fields.get(name)?.graphs.keys() ?? [])].some(
      (graph) => view.graphs.get(graph)?.isInterfaceObject === true,
    ),
  );
}
