import type { SelectionSetNode } from 'graphql';
import { addToList } from './add-to-list.ts';
import { append } from './append.ts';
import { askField, providedBelow } from './ask-field.ts';
import type { AttachOrigin, EntityOrigin, Objects, PlannedField, RootOrigin, Source } from './draft.ts';
import { type Drafting, early } from './drafting.ts';
import { FetchSelection } from './fetch-selection.ts';
import { isSameList } from './is-same-list.ts';
import { isOneRepresentation } from './one-representation.ts';
import { depthOf } from './origins-of.ts';
import type { SelectedField, SelectionSets } from './selected.ts';

/** The source of objects in a subgraph, loaded there by key when it does not hold them yet; `undefined` when no key leads there. */
export function sourceIn(drafting: Drafting, objects: Objects, graph: string): Source | undefined {
  const held = early(objects.sources);
  for (const source of held) if (source.graph === graph) return source;
  if (objects.position.primary === undefined) return rootSource(drafting, objects, graph);
  const jump = drafting.reach.from(objects.type, held).get(graph);
  if (jump === undefined) return undefined;
  const key = takeAll(drafting, objects, jump.keySets, (name) =>
    sourceIn(drafting, objects, jump.from.get(name) ?? graph),
  );
  return key && entitySource(drafting, objects, { graph, key, required: [] });
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
    views: undefined,
    provided: undefined,
    common: undefined,
    isLate: false,
  };
  objects.sources.push(source);
  return source;
}

interface EntitiesToLoad {
  readonly graph: string;
  readonly key: readonly PlannedField[];
  readonly required: readonly PlannedField[];
}

function entitySource(drafting: Drafting, objects: Objects, toLoad: EntitiesToLoad): Source {
  const { graph, key, required } = toLoad;
  const origin = entityOrigin(drafting, objects, toLoad, required.length === 0 ? key : [...key, ...required]);
  const { selection, link, views } = origin;
  const isLate = required.length > 0;
  const source: Source = { graph, selection, origin, link, views, provided: undefined, common: undefined, isLate };
  objects.sources.push(source);
  return source;
}

/** Loads objects once, however many kinds of them find that they have to be. */
function entityOrigin(
  drafting: Drafting,
  objects: Objects,
  { graph, key, required }: EntitiesToLoad,
  representation: readonly PlannedField[],
): EntityOrigin {
  const { primary } = objects.position;
  const depth = depthAfter(objects, representation);
  for (const { origin, representation: other } of drafting.loaded.get(primary?.selection) ?? []) {
    if (origin.selection.graph !== graph || origin.depth !== depth) continue;
    if (!isSameList(origin.objects[0]?.types, objects.types) || !isSameRepresentation(other, representation)) continue;
    origin.objects.push(objects);
    return origin;
  }
  const origin: EntityOrigin = {
    kind: 'entities',
    link: drafting.nextLink(),
    stage: primary?.origin.stage ?? drafting.stage,
    depth,
    selection: new FetchSelection(graph, undefined),
    objects: [objects],
    views: drafting.viewsOf(objects.types ?? [objects.type.name], graph),
    key,
    required,
  };
  addToList(drafting.loaded, primary?.selection, { origin, representation });
  drafting.origins.push(origin);
  return origin;
}

function isSameRepresentation(one: readonly PlannedField[], other: readonly PlannedField[]): boolean {
  if (one.length !== other.length) return false;
  return one.every(({ field, source }, index) => {
    const same = other[index];
    return (
      field.name === same?.field.name &&
      field.argsText === same.field.argsText &&
      field.sets === same.field.sets &&
      source?.link === same.source?.link &&
      source?.key === same.source?.key
    );
  });
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
  const depth = depthAfter(objects, [...key, ...required]);
  const joined = objects.sources.find(
    ({ graph: own, origin }) =>
      own === graph &&
      origin.kind === 'entities' &&
      origin.objects.includes(objects) &&
      origin.depth === depth &&
      isOneRepresentation([...origin.key, ...origin.required, ...required]),
  );
  if (joined?.origin.kind === 'entities') {
    joined.origin.required = [...new Set([...joined.origin.required, ...required])];
    return joined;
  }
  return entitySource(drafting, objects, { graph, key, required });
}

/** Whether a field can be asked of a source without asking objects of other types for what must not be null. */
export function isHarmless({ graph, common }: Source, { key, definition }: SelectedField): boolean {
  if (common === undefined || common.has(key)) return true;
  return definition?.graphs.get(graph)?.type.text.endsWith('!') !== true;
}

/** The source of objects in a subgraph that does not know one type of them from another, which is asked for those of their types only. */
export function typedSource(drafting: Drafting, objects: Objects, graph: string): Source | undefined {
  const known = early(objects.sources).find((source) => source.graph === graph && source.views !== undefined);
  if (known !== undefined) return known;
  const key = keyOf(drafting, objects, graph);
  return key && entitySource(drafting, objects, { graph, key, required: [] });
}

/** Planned once: what requires fields may be required itself by several others. */
function requiredFields(drafting: Drafting, objects: Objects, requires: SelectionSetNode): readonly PlannedField[] {
  const known = drafting.required.get(objects)?.get(requires);
  if (known !== undefined) return known;
  const fields = drafting.collector.fieldsOf(listOf(requires), objects.type.name);
  const planned = drafting.planner.planFields(drafting, objects, fields);
  const all = drafting.required.get(objects) ?? new Map<SelectionSetNode, typeof planned>();
  drafting.required.set(objects, all.set(requires, planned));
  return planned;
}

const lists = new WeakMap<SelectionSetNode, SelectionSets>();

/** The same list for the same set, since lists are compared by identity. */
export function listOf(set: SelectionSetNode): SelectionSets {
  const list = lists.get(set) ?? [set];
  lists.set(set, list);
  return list;
}

/** The fields by which a subgraph can load objects, that it may hold already. */
function keyOf(drafting: Drafting, objects: Objects, graph: string): readonly PlannedField[] | undefined {
  const { type } = objects;
  const held = early(objects.sources);
  for (const { fields } of type.graphs.get(graph)?.keys ?? []) {
    const sets = listOf(fields);
    const holder = held.find((source) => drafting.reach.isLocal(type, sets, source.graph));
    if (holder !== undefined) return takeAll(drafting, objects, sets, () => holder);
  }
  const others = held.filter((source) => source.graph !== graph);
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
): readonly PlannedField[] | undefined {
  let taken: PlannedField[] | undefined;
  for (const field of drafting.reach.fieldsOf(sets, objects.type)) {
    if (field.name === '__typename') continue;
    const source = sourceOf(field.name);
    if (source === undefined) return undefined;
    taken = append(taken, drafting.planner.takeField(drafting, objects, source, field));
  }
  return taken ?? [];
}

/** The number of fetches before one that takes the objects and these fields of theirs. */
function depthAfter({ position, tellers }: Objects, fields: readonly PlannedField[]): number {
  let depth = position.primary?.origin.depth ?? 0;
  for (const teller of tellers) depth = Math.max(depth, teller.depth);
  for (const field of fields) depth = Math.max(depth, depthOf(field));
  return 1 + depth;
}

/** The source of objects in a subgraph that answers the field of their parents too; `undefined` when it does not. */
export function liftedSource(drafting: Drafting, objects: Objects, graph: string): Source | undefined {
  const known = early(objects.sources).find((source) => source.graph === graph);
  if (known !== undefined) return known;
  const { parent, primary } = objects.position;
  if (parent === undefined || primary === undefined) return undefined;
  const { objects: parents, field, source: first } = parent;
  const isRoot = parents.position.primary === undefined;
  const own = field.definition?.graphs.get(graph);
  if (own === undefined || own.requires !== undefined || (isRoot && !drafting.isRepeatable)) return undefined;
  const holder = sourceIn(drafting, parents, graph) ?? liftedSource(drafting, parents, graph);
  if (holder === undefined) return undefined;
  const added = askField(drafting, parents, holder, field);
  if (added.below === undefined) return undefined;
  const second = { link: holder.link, key: added.key };
  const origin = attachOrigin(drafting, { first, second, primary, holder, selection: added.below });
  origin.objects.push(parents);
  const { link } = origin;
  const provided = providedBelow(drafting, parents, holder, field);
  const source: Source = {
    graph,
    selection: added.below,
    origin,
    link,
    views: undefined,
    provided,
    common: undefined,
    isLate: false,
  };
  objects.sources.push(source);
  return source;
}

interface FieldToAttach extends Pick<AttachOrigin, 'first' | 'second'> {
  readonly primary: Source;
  /** Who answers the field too. */
  readonly holder: Source;
  /** What is asked there of the field's objects. */
  readonly selection: FetchSelection;
}

function attachOrigin(drafting: Drafting, { first, second, primary, holder, selection }: FieldToAttach): AttachOrigin {
  const known = drafting.attached.get(primary.selection)?.find((one) => one.selection === selection);
  if (known !== undefined) return known.origin;
  const origin: AttachOrigin = {
    kind: 'attach',
    link: drafting.nextLink(),
    stage: primary.origin.stage,
    depth: Math.max(holder.origin.depth, primary.origin.depth),
    objects: [],
    first,
    second,
    after: [holder.origin, primary.origin],
  };
  addToList(drafting.attached, primary.selection, { origin, selection });
  drafting.origins.push(origin);
  return origin;
}
