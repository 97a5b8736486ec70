/** Where a value stands: keys and list positions from the top of the file. */
export type ValuePath = readonly (string | number)[];

/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** The file as the operator named it, or `command line` for a flag. */
  readonly file: string;
  /** From 1; 0 when the problem stands in no file. */
  readonly line: number;
  /** From 1; 0 when the problem stands in no file. */
  readonly column: number;
  /** Such as `graph.subgraphs.reviews.url`; empty for the file as a whole. */
  readonly path: string;
  /** Goes on where `path` ends ("must be ..."), or is a whole sentence when `path` is empty. Never holds a value. */
  readonly message: string;
}

/** A problem before its place in the file is looked up. */
export interface ValueProblem {
  readonly path: ValuePath;
  /** Whether to point at the key or at its value. */
  readonly at: 'key' | 'value';
  readonly message: string;
}

const plainKey = /^[\w-]+$/;

/** A path as people write it: `headers.toSubgraphs[0].set["x y"]`. */
export function formatPath(path: ValuePath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!plainKey.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** Where a problem stands, as editors and terminals make a link of it: `overlock.yaml:12:5`. */
export function formatPlace({ file, line, column }: ConfigProblem): string {
  return line === 0 ? `${file}:` : `${file}:${line}:${column}`;
}

/** A problem as one line: `overlock.yaml:12:5 graph.poll must be a duration ...`. */
export function formatProblem(problem: ConfigProblem): string {
  return [formatPlace(problem), problem.path, problem.message].filter((part) => part !== '').join(' ');
}
