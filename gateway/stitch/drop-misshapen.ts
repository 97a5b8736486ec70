import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import type { SubgraphError } from '../execute/field-error.ts';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;
type Path = readonly (string | number)[];
type Data = Record<string, unknown> | null;

/** What is left of an answer, and one error for each part that was dropped. */
export interface ShapedData {
  readonly data: Data;
  readonly errors: readonly SubgraphError[];
}

/**
 * Drops parts of an answer that are no objects where the operation selects fields of objects: graphql-tools writes to
 * each of them. Nothing is copied unless something is dropped.
 */
export function dropMisshapen(data: Data, document: DocumentNode): ShapedData {
  const fragments = new Map<string, FragmentDefinitionNode>();
  let root: SelectionSetNode | undefined;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) root = definition.selectionSet;
  }
  const errors: SubgraphError[] = [];
  const shaped = root === undefined ? data : shape(data, { sets: [root], fragments, errors, path: [] });
  return { data: shaped as Data, errors };
}

interface Place {
  readonly sets: readonly SelectionSetNode[];
  readonly fragments: Fragments;
  readonly errors: SubgraphError[];
  readonly path: Path;
}

function shape(value: unknown, place: Place): unknown {
  if (value === null || value === undefined) return value;
  if (Array.isArray(value)) {
    return replaceChanged(value, value.keys(), (index) => ({ ...place, path: [...place.path, index] }));
  }
  if (typeof value === 'object') {
    const children = collectChildren(place.sets, place.fragments);
    const keys = [...children.keys()].filter((key) => Object.hasOwn(value, key));
    return replaceChanged(value as Record<string, unknown>, keys, (key) => ({
      ...place,
      sets: children.get(key) ?? [],
      path: [...place.path, key],
    }));
  }
  place.errors.push({ message: 'There must be an object here.', path: place.path, extensions: misshapen });
  return null;
}

const misshapen = { code: 'SUBGRAPH_INVALID_RESPONSE' };

function replaceChanged<Key extends string | number>(
  container: Record<Key, unknown>,
  keys: Iterable<Key>,
  placeOf: (key: Key) => Place,
): unknown {
  let copy: Record<Key, unknown> | undefined;
  for (const key of keys) {
    const shaped = shape(container[key], placeOf(key));
    if (shaped === container[key]) continue;
    copy ??= Array.isArray(container) ? Object.assign([], container) : { ...container };
    if (copy !== undefined) copy[key] = shaped;
  }
  return copy ?? container;
}

/** The selection sets of the fields that have one, by response key. */
function collectChildren(
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
  children: Map<string, SelectionSetNode[]> = new Map(),
): ReadonlyMap<string, SelectionSetNode[]> {
  for (const selection of sets.flatMap((set) => set.selections)) {
    if (selection.kind !== Kind.FIELD) {
      const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (inner !== undefined) collectChildren([inner.selectionSet], fragments, children);
    } else if (selection.selectionSet !== undefined) {
      const key = selection.alias?.value ?? selection.name.value;
      children.set(key, [...(children.get(key) ?? []), selection.selectionSet]);
    }
  }
  return children;
}
