import type { ExecutionResult } from 'graphql';

/** A value of an answer that is not as it should be: it, or something below it, is old or a declared default. */
export interface DegradedPath {
  readonly path: readonly (string | number)[];
  readonly reason: 'stale' | 'default';
}

/** Most paths of one answer. When there are more, one stands for all below the first list. */
const pathsMost = 100;

/** The degraded values of one answer, however many there are. */
export class DegradedPaths {
  readonly #exact: DegradedPath[] = [];
  /** Up to the first list, so that there are no more than the operation has fields. */
  readonly #short = new Map<string, DegradedPath>();
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Takes a path, which may change afterwards. */
  add(path: DegradedPath['path'], reason: DegradedPath['reason']): void {
    this.#count += 1;
    if (this.#exact.length < pathsMost) this.#exact.push({ path: [...path], reason });
    const list = path.findIndex((step) => typeof step === 'number');
    const short = list < 0 ? [...path] : path.slice(0, list);
    const key = `${reason} ${short.join()}`;
    if (!this.#short.has(key)) this.#short.set(key, { path: short, reason });
  }

  /** An answer that tells of them, as far as they are in it. */
  tellIn(answer: ExecutionResult): ExecutionResult {
    const degraded = this.list().filter(({ path }) => isIn(answer.data, path));
    return degraded.length === 0 ? answer : { ...answer, extensions: { degraded } };
  }

  /** All of them: each value by itself, or when these are too many, what they are below. */
  list(): readonly DegradedPath[] {
    if (this.#count <= pathsMost) return this.#exact;
    if (this.#short.size <= pathsMost) return [...this.#short.values()];
    const reasons = new Set(Array.from(this.#short.values(), ({ reason }) => reason));
    return Array.from(reasons, (reason) => ({ path: [], reason }));
  }
}

/** What an answer tells of its degraded parts; when there are any, it must not be kept as a good one. */
export function degradedPathsOf({ extensions }: Pick<ExecutionResult, 'extensions'>): readonly DegradedPath[] {
  // Nobody else writes to it.
  return (extensions?.['degraded'] ?? []) as readonly DegradedPath[];
}

/** Where a null further up took its place, a value is not in the answer any more. */
function isIn(data: unknown, path: DegradedPath['path']): boolean {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return false;
    value = Reflect.get(value, step);
  }
  return path.length > 0 || (data !== undefined && data !== null);
}
