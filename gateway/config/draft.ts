import type { ValuePath, ValueProblem } from './problem.ts';

/** A configuration on its way from text to checked values; references are resolved in place. */
export interface Draft {
  /** Mappings without prototypes, lists and scalars. */
  readonly root: unknown;
  readonly problems: ValueProblem[];
  /** Where values came from that do not stand in the file itself, by path. */
  readonly origins: Map<string, Origin>;
  /** Paths whose value could not be had: whatever the schema says of them says nothing new. */
  readonly broken: Set<string>;
  /** Absolute paths of all files that were read or tried. */
  readonly files: Set<string>;
}

/** Where a value came from: nothing but one environment variable, or a file. */
interface Origin {
  readonly kind: 'environment' | 'file';
  readonly name: string;
}

/** A path as a key of a draft's maps. */
export function pathKey(path: ValuePath): string {
  return JSON.stringify(path);
}

/** Notes that the value at a path cannot be had. */
export function breakAt(draft: Draft, path: ValuePath, message: string): void {
  draft.broken.add(pathKey(path));
  draft.problems.push({ path, at: 'value', message });
}
