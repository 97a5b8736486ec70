import { Kind, type SelectionSetNode } from 'graphql';
import { rootTypeNames } from '../../subgraph/root-types.ts';
import { type JoinModel, type JoinObject, subgraphType } from './join-model.ts';

/** A field that seems out of reach for a query that got to its type in some subgraph. */
export interface UnreachableField {
  readonly type: string;
  readonly field: string;
  /** Where the query is; `undefined` when it is at a root type. */
  readonly graph: string | undefined;
}

/**
 * Walks from the root types to every type in every subgraph that a query can get to, and names the fields that no chain of
 * keys leads to from there. Errs on one side only: when it names none, every query can be answered. Visits each type of a
 * subgraph once, so its cost grows with the schema and not with the paths through it.
 */
export function findUnreachable(model: JoinModel): readonly UnreachableField[] {
  const unreachable: UnreachableField[] = [];
  const seen = new Set<string>();
  const queue: { readonly type: string; readonly graph: string }[] = [];
  const enqueue = (type: string, graph: string) => {
    const key = subgraphType(graph, type);
    if (seen.has(key)) return;
    seen.add(key);
    queue.push({ type, graph });
  };
  for (const type of rootTypeNames) {
    for (const [name, field] of model.objects.get(type)?.fields ?? []) {
      if (field.resolvers.size === 0 && field.isAccessible) unreachable.push({ type, field: name, graph: undefined });
      for (const [graph, resolver] of field.resolvers) enqueue(resolver.type, graph);
    }
  }
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { type, graph } = next;
    // A query can start over at the root in any subgraph.
    if (type === 'Query') continue;
    const object = model.objects.get(type);
    if (object === undefined) {
      for (const possible of model.possible.get(subgraphType(graph, type)) ?? []) enqueue(possible, graph);
      continue;
    }
    const { graphs, fields } = reachFrom(graph, object, model);
    for (const [name, field] of object.fields) {
      if (!fields.has(name) && field.isAccessible) unreachable.push({ type, field: name, graph });
      for (const [owner, resolver] of field.resolvers) if (graphs.has(owner)) enqueue(resolver.type, owner);
    }
  }
  return unreachable;
}

interface Reach {
  readonly graphs: ReadonlySet<string>;
  readonly fields: ReadonlySet<string>;
}

/** What can be had of an object that is first met in `start`. */
function reachFrom(start: string, object: JoinObject, model: JoinModel): Reach {
  const { graphs, fields } = reachByKeys(start, object, model);
  const answered = new Set(fields);
  for (const [name, { resolvers }] of object.fields) {
    for (const [graph, { requires }] of resolvers) {
      if (requires === undefined || answered.has(name) || !graphs.has(graph)) continue;
      // What a resolver requires is gathered from where it is, whichever way the query came there.
      if (isSelectable(requires, object, reachByKeys(graph, object, model), model)) answered.add(name);
    }
  }
  return { graphs, fields: answered };
}

// By turns, more fields make more keys, and more keys more fields. Fields with @requires are left out: keys rarely need them.
function reachByKeys(start: string, object: JoinObject, model: JoinModel): Reach {
  const graphs = new Set([start]);
  const fields = new Set<string>();
  const reach = { graphs, fields };
  for (let size = 0; size !== graphs.size; ) {
    size = graphs.size;
    for (const [name, { resolvers }] of object.fields) {
      if (fields.has(name)) continue;
      for (const [graph, { requires }] of resolvers) if (requires === undefined && graphs.has(graph)) fields.add(name);
    }
    for (const [graph, keys] of object.keys) {
      if (!graphs.has(graph) && keys.some((key) => isSelectable(key, object, reach, model))) graphs.add(graph);
    }
  }
  return reach;
}

// What lies below the first level counts only when the subgraph that answers the field has all of it.
function isSelectable(selectionSet: SelectionSetNode, object: JoinObject, reach: Reach, model: JoinModel): boolean {
  return selectionSet.selections.every((selection) => {
    if (selection.kind !== Kind.FIELD) return false;
    const { name, selectionSet: below } = selection;
    if (name.value === '__typename') return true;
    if (!reach.fields.has(name.value)) return false;
    if (below === undefined) return true;
    const resolvers = object.fields.get(name.value)?.resolvers ?? [];
    return [...resolvers].some(([graph, { type }]) => reach.graphs.has(graph) && isLocal(below, type, graph, model));
  });
}

function isLocal(selectionSet: SelectionSetNode, type: string, graph: string, model: JoinModel): boolean {
  const fields = model.objects.get(type)?.fields;
  return selectionSet.selections.every((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return false;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const object = selection.typeCondition?.name.value ?? type;
      const isPossible = object === type || model.possible.get(subgraphType(graph, type))?.includes(object) === true;
      return isPossible && isLocal(selection.selectionSet, object, graph, model);
    }
    if (selection.name.value === '__typename') return true;
    const resolver = fields?.get(selection.name.value)?.resolvers.get(graph);
    if (resolver === undefined || resolver.requires !== undefined) return false;
    return selection.selectionSet === undefined || isLocal(selection.selectionSet, resolver.type, graph, model);
  });
}
