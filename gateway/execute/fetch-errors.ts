import type { GraphQLError } from 'graphql';
import { type Data, isData, linkOf } from './links.ts';

/** What stands in the place of data that a fetch should have brought and did not. */
export class Failure {
  /** Never empty. */
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    this.errors = errors;
  }
}

/** An error at a value of an answer. */
interface Mark {
  readonly error: GraphQLError;
  /** What its path says below the value, in response keys of the fetch. */
  readonly rest: readonly (string | number)[];
}

/**
 * The errors that subgraphs answered, each at the object or list of their data that it is about: so it is found again wherever the answer
 * shows that object, and with the path that the client knows.
 */
export class FetchErrors {
  #marks: Map<object, Map<string | number, Mark[]>> | undefined;
  #unplaced: GraphQLError[] | undefined;
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** What stands in the place of data that errors took. */
  failure(errors: readonly GraphQLError[]): Failure {
    this.#count += 1;
    return new Failure(errors);
  }

  /** Places an error within data; `path` begins there. */
  place(error: GraphQLError, data: unknown, path: readonly (string | number)[]): void {
    this.#count += 1;
    let holder: unknown = data;
    for (const [index, key] of path.entries()) {
      if (typeof holder !== 'object' || holder === null) break;
      if (!Object.hasOwn(holder, key)) break;
      const value: unknown = Object.getOwnPropertyDescriptor(holder, key)?.value;
      const isLast = index === path.length - 1 || typeof value !== 'object' || value === null;
      if (isLast) {
        this.#mark(holder, key, { error, rest: path.slice(index + 1) });
        return;
      }
      holder = value;
    }
    this.#unplaced ??= [];
    this.#unplaced.push(error);
  }

  /** The errors at a member of an object or list. */
  at(holder: object, key: string | number): readonly Mark[] {
    return this.#marks?.get(holder)?.get(key) ?? [];
  }

  /** Those that are about no value. */
  get unplaced(): readonly GraphQLError[] {
    return this.#unplaced ?? [];
  }

  #mark(holder: object, key: string | number, mark: Mark): void {
    this.#marks ??= new Map();
    const byKey = this.#marks.get(holder) ?? new Map<string | number, Mark[]>();
    this.#marks.set(holder, byKey);
    const marks = byKey.get(key);
    if (marks === undefined) byKey.set(key, [mark]);
    else marks.push(mark);
  }
}

/** Where a field's value is read: `holder` is undefined when there is no such object, or what failed to bring it. */
export function holderOf(object: Data, link: number | undefined): Data | Failure | undefined {
  if (link === undefined) return object;
  const linked = object[linkOf(link)];
  return linked instanceof Failure || isData(linked) ? linked : undefined;
}
