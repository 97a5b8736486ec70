import type { SelectionSetNode } from 'graphql';
import { askField } from './ask-field.ts';
import type { AttachOrigin, EntityOrigin, Objects, PlannedField, RootOrigin, Source } from './draft.ts';
import { type Drafting, early } from './drafting.ts';
import { FetchSelection } from './fetch-selection.ts';
import { depthOf } from './origins-of.ts';
import type { SelectionSets } from './selected.ts';

/** The source of objects in a subgraph, loaded there by key when it does not hold them yet; `undefined` when no key leads there. */
export function sourceIn(drafting: Drafting, objects: Objects, graph: string): Source | undefined {
  const held = early(objects.sources);
  const known = held.find((source) => source.graph === graph);
  if (known !== undefined) return known;
  if (objects.position.primary === undefined) return rootSource(drafting, objects, graph);
  const graphs = held.map((source) => source.graph);
  const jump = drafting.reach.from(objects.type, graphs).get(graph);
  if (jump === undefined) return undefined;
  const key = takeAll(drafting, objects, jump.keySets, (name) =>
    sourceIn(drafting, objects, jump.from.get(name) ?? graph),
  );
  return key && entitySource(drafting, objects, { graph, key, required: new Map() });
}

function rootSource(drafting: Drafting, objects: Objects, graph: string): Source | undefined {
  if (!objects.type.graphs.has(graph)) return undefined;
  const origin: RootOrigin = {
    kind: 'root',
    link: drafting.nextLink(),
    stage: drafting.stage,
    depth: 0,
    selection: new FetchSelection(graph, objects.type.name),
  };
  drafting.origins.push(origin);
  const source: Source = {
    graph,
    selection: origin.selection,
    origin,
    link: origin.link,
    provided: undefined,
    isLate: false,
  };
  objects.sources.push(source);
  return source;
}

interface EntitiesToLoad {
  readonly graph: string;
  readonly key: ReadonlyMap<string, PlannedField>;
  readonly required: Map<string, PlannedField>;
}

function entitySource(drafting: Drafting, objects: Objects, { graph, key, required }: EntitiesToLoad): Source {
  const { position, types, type } = objects;
  const { primary } = position;
  const representation = [...key.values(), ...required.values()];
  const depth = depthAfter(objects, representation);
  const id = [
    primary && drafting.idOf(primary.selection),
    types?.join(' '),
    graph,
    depth,
    ...representation.map(({ field, source }) => `${field.name}${field.argsText} ${source?.link} ${source?.key}`),
  ].join('|');
  const known = drafting.known.get(id);
  const origin: EntityOrigin =
    known?.kind === 'entities'
      ? known
      : {
          kind: 'entities',
          link: drafting.nextLink(),
          stage: primary?.origin.stage ?? drafting.stage,
          depth,
          selection: new FetchSelection(graph, undefined),
          objects: [],
          views: new Map(
            (types ?? [type.name]).map((one) => [one, drafting.typeOf(one).graphs.get(graph)?.view ?? one]),
          ),
          key,
          required,
        };
  origin.objects.push(objects);
  if (origin !== known) {
    drafting.known.set(id, origin);
    drafting.origins.push(origin);
  }
  const source: Source = {
    graph,
    selection: origin.selection,
    origin,
    link: origin.link,
    provided: undefined,
    isLate: required.size > 0,
  };
  objects.sources.push(source);
  return source;
}

/** The source of objects in a subgraph that needs fields of other subgraphs first (`@requires`). */
export function lateSource(
  drafting: Drafting,
  objects: Objects,
  graph: string,
  requires: SelectionSetNode,
): Source | undefined {
  const required = requiredFields(drafting, objects, requires);
  const key = keyOf(drafting, objects, graph);
  if (key === undefined) return undefined;
  const depth = depthAfter(objects, [...key.values(), ...required.values()]);
  const joined = objects.sources.find(
    ({ graph: own, origin }) =>
      own === graph && origin.kind === 'entities' && origin.objects.includes(objects) && origin.depth === depth,
  );
  if (joined?.origin.kind === 'entities') {
    for (const [name, planned] of required) joined.origin.required.set(name, planned);
    return joined;
  }
  return entitySource(drafting, objects, { graph, key, required: new Map(required) });
}

/** Planned once: what requires fields may be required itself by several others. */
function requiredFields(
  drafting: Drafting,
  objects: Objects,
  requires: SelectionSetNode,
): ReadonlyMap<string, PlannedField> {
  const known = drafting.required.get(objects)?.get(requires);
  if (known !== undefined) return known;
  const fields = drafting.collector.fieldsOf(listOf(requires), objects.type.name).values();
  const planned = drafting.planner.planFields(drafting, objects, fields);
  const all = drafting.required.get(objects) ?? new Map<SelectionSetNode, typeof planned>();
  drafting.required.set(objects, all.set(requires, planned));
  return planned;
}

const lists = new WeakMap<SelectionSetNode, SelectionSets>();

/** The same list for the same set, since lists are compared by identity. */
function listOf(set: SelectionSetNode): SelectionSets {
  const list = lists.get(set) ?? [set];
  lists.set(set, list);
  return list;
}

/** The fields by which a subgraph can load objects, that it may hold already. */
function keyOf(drafting: Drafting, objects: Objects, graph: string): ReadonlyMap<string, PlannedField> | undefined {
  const { type } = objects;
  const held = early(objects.sources);
  for (const { fields } of type.graphs.get(graph)?.keys ?? []) {
    const sets = listOf(fields);
    const holder = held.find((source) => drafting.reach.isLocal(type, sets, source.graph));
    if (holder !== undefined) return takeAll(drafting, objects, sets, () => holder);
  }
  const others = held.map((source) => source.graph).filter((one) => one !== graph);
  const jump = drafting.reach.from(type, others).get(graph);
  return (
    jump &&
    takeAll(drafting, objects, jump.keySets, (name) => sourceIn(drafting, objects, jump.from.get(name) ?? graph))
  );
}

function takeAll(
  drafting: Drafting,
  objects: Objects,
  sets: SelectionSets,
  sourceOf: (name: string) => Source | undefined,
): ReadonlyMap<string, PlannedField> | undefined {
  const taken = new Map<string, PlannedField>();
  for (const field of drafting.collector.fieldsOf(sets, objects.type.name).values()) {
    if (field.name === '__typename') continue;
    const source = sourceOf(field.name);
    if (source === undefined) return undefined;
    taken.set(field.name, drafting.planner.takeField(drafting, objects, source, field));
  }
  return taken;
}

/** The number of fetches before one that takes the objects and these fields of theirs. */
function depthAfter({ position }: Objects, fields: readonly PlannedField[]): number {
  return 1 + Math.max(position.primary?.origin.depth ?? 0, ...fields.map(depthOf));
}

/** The source of objects in a subgraph that answers the field of their parents too; `undefined` when it does not. */
export function liftedSource(drafting: Drafting, objects: Objects, graph: string): Source | undefined {
  const known = early(objects.sources).find((source) => source.graph === graph);
  if (known !== undefined) return known;
  const { parent, primary } = objects.position;
  if (parent === undefined || primary === undefined) return undefined;
  const { objects: parents, field, source: first } = parent;
  const isRoot = parents.position.primary === undefined;
  const own = parents.type.fields.get(field.name)?.graphs.get(graph);
  if (own === undefined || own.requires !== undefined || (isRoot && !drafting.isRepeatable)) return undefined;
  const holder = sourceIn(drafting, parents, graph) ?? liftedSource(drafting, parents, graph);
  if (holder === undefined) return undefined;
  const { added, provided } = askField(drafting, parents, holder, field);
  if (added.below === undefined) return undefined;
  const second = { link: holder.link, key: added.key };
  const id = `attach ${drafting.idOf(primary.selection)} ${drafting.idOf(added.below)}`;
  const attached = drafting.known.get(id);
  const origin: AttachOrigin =
    attached?.kind === 'attach'
      ? attached
      : {
          kind: 'attach',
          link: drafting.nextLink(),
          stage: primary.origin.stage,
          depth: Math.max(holder.origin.depth, primary.origin.depth),
          objects: [],
          first,
          second,
          after: [holder.origin, primary.origin],
        };
  origin.objects.push(parents);
  if (origin !== attached) {
    drafting.known.set(id, origin);
    drafting.origins.push(origin);
  }
  const source: Source = { graph, selection: added.below, origin, link: origin.link, provided, isLate: false };
  objects.sources.push(source);
  return source;
}
