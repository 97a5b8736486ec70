import type { ValuePath } from './problem.ts';

/** A mapping of the file: no prototype, so that no key of the file can reach one. */
export type Mapping = Record<string, unknown>;

/** An empty mapping without a prototype. */
export function createMapping(): Mapping {
  return Object.create(null);
}

/** Whether a value is a mapping and not a list or a scalar. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path, or `undefined` when there is none. */
export function valueAt(root: unknown, path: ValuePath): unknown {
  let value = root;
  for (const step of path) {
    if (Array.isArray(value) && typeof step === 'number') value = value[step];
    else if (isMapping(value)) value = value[step];
    else return undefined;
  }
  return value;
}

/** Puts a value where a path leads, when its parent is there. */
export function replaceAt(root: unknown, path: ValuePath, value: unknown): void {
  const step = path.at(-1);
  const parent = valueAt(root, path.slice(0, -1));
  if (Array.isArray(parent) && typeof step === 'number') parent[step] = value;
  else if (isMapping(parent) && step !== undefined) parent[step] = value;
}

/** All paths of the tree that fit a pattern such as `graph.subgraphs.*.schema`, where `*` stands for any key or position. */
export function pathsOf(root: unknown, pattern: string): readonly ValuePath[] {
  let paths: readonly ValuePath[] = [[]];
  for (const step of pattern.split('.')) {
    paths = paths.flatMap((path) => {
      const value = valueAt(root, path);
      if (Array.isArray(value) && step === '*') return value.map((_, index) => [...path, index]);
      if (!isMapping(value)) return [];
      if (step === '*') return Object.keys(value).map((key) => [...path, key]);
      return step in value ? [[...path, step]] : [];
    });
  }
  return paths;
}
