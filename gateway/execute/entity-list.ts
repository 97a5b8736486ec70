import type { GraphQLError } from 'graphql';
import type { EntityFetch, EntityTarget } from '../plan/plan.ts';
import { subgraphFault } from '../transport/subgraph-fault.ts';
import type { Failure, FetchErrors } from './fetch-errors.ts';
import { toFieldError } from './field-error.ts';
import { type Data, isData, linkOf } from './links.ts';
import type { ObjectsAt } from './objects-at.ts';
import { Representer } from './represent.ts';

/** An `_entities` field of a plan, made ready to be asked for. */
export interface EntityField {
  readonly fetch: EntityFetch;
  readonly subgraph: string;
  readonly targets: readonly ReadyTarget[];
}

interface ReadyTarget {
  readonly target: EntityTarget;
  readonly links: readonly symbol[];
  readonly representer: Representer;
}

/** What of an `_entities` field can be worked out once. */
export function toEntityField(fetch: EntityFetch, subgraph: string): EntityField {
  const targets = fetch.targets.map((target) => {
    return { target, links: target.links.map(linkOf), representer: new Representer(target) };
  });
  return { fetch, subgraph, targets };
}

/** The objects of one target, in the same order the numbers of their representations, and where the entities go. */
interface Waiting {
  readonly objects: readonly Data[];
  readonly indexes: readonly number[];
  readonly links: readonly symbol[];
}

/** By key, what was required with it and the number of the representation. */
type Repeated = Map<string | number, { readonly holder: unknown; readonly index: number }>;

/** The representations of one `_entities` field for one request, equal ones once, and the objects that wait for the entities. */
export class EntityList {
  readonly #field: EntityField;
  readonly #errors: FetchErrors;
  readonly #representations: string[] = [];
  readonly #waiting: Waiting[] = [];
  #hasGaps = false;

  constructor(field: EntityField, objects: ObjectsAt, errors: FetchErrors) {
    this.#field = field;
    this.#errors = errors;
    const known = new Map<string, number>();
    for (const target of field.targets) {
      const repeated: Repeated = new Map();
      const found = objects.of(target.target.place);
      const indexes = found.map((object) => this.#add(object, target, known, repeated));
      this.#waiting.push({ objects: found, links: target.links, indexes });
    }
  }

  /**
   * The number of an object's representation, or -1 when it cannot be asked for. Most objects are there many times: only what may be
   * new is written.
   */
  #add(object: Data, { links, representer }: ReadyTarget, known: Map<string, number>, repeated: Repeated): number {
    const key = representer.keyOf(object);
    const holder = representer.holderOf(object);
    const seen = key === undefined ? undefined : repeated.get(key);
    let index = seen !== undefined && seen.holder === holder ? seen.index : undefined;
    if (index === undefined) {
      const text = representer.represent(object, this.#errors);
      if (typeof text !== 'string') {
        this.#hasGaps = true;
        for (const link of links) object[link] = text;
        return -1;
      }
      index = known.get(text);
      if (index === undefined) {
        index = this.#representations.push(text) - 1;
        known.set(text, index);
      }
      if (key !== undefined) repeated.set(key, { holder, index });
    }
    return index;
  }

  /** Whether an object is not asked for, since something that stands for it is missing. */
  get hasGaps(): boolean {
    return this.#hasGaps;
  }

  get key(): string {
    return this.#field.fetch.key;
  }

  get isEmpty(): boolean {
    return this.#representations.length === 0;
  }

  /** As JSON, equal ones once. */
  get representations(): readonly string[] {
    return this.#representations;
  }

  /** The variable with its value, as a member of a JSON object. */
  get variableText(): string {
    return `"${this.#field.fetch.variable}":[${this.#representations.join(',')}]`;
  }

  /** Nothing came. */
  fail(failure: Failure): void {
    this.#hang(this.#representations.map(() => failure));
  }

  /** Hangs the entities on the objects that wait for them. */
  keep(entities: unknown, errors: readonly GraphQLError[]): void {
    if (!Array.isArray(entities) || entities.length !== this.#representations.length) {
      const own = errors.filter(({ path }) => path?.[0] === this.key || path === undefined || path.length === 0);
      this.fail(
        own.length === 0
          ? this.#unusable('There is not one entity for each representation.')
          : this.#errors.failure(own),
      );
      return;
    }
    const lost = errors.length === 0 ? undefined : this.#placeErrors(entities, errors);
    const checked = entities.map((entity: unknown, index) => this.#check(entity, index, lost?.get(index)));
    this.#hang(checked);
  }

  /** Hangs what came for each representation on the objects that it stands for. */
  #hang(values: readonly unknown[]): void {
    for (const { objects, links, indexes } of this.#waiting) {
      for (const link of links) {
        for (const [turn, object] of objects.entries()) {
          const index = indexes[turn] ?? -1;
          if (index >= 0) object[link] = values[index];
        }
      }
    }
  }

  #placeErrors(
    entities: readonly unknown[],
    errors: readonly GraphQLError[],
  ): ReadonlyMap<number, readonly GraphQLError[]> {
    const lost = new Map<number, GraphQLError[]>();
    for (const error of errors) {
      const [key, index, ...path] = error.path ?? [];
      if (key !== this.key || typeof index !== 'number') continue;
      if (isData(entities[index])) this.#errors.place(error, entities[index], path);
      else lost.set(index, [...(lost.get(index) ?? []), error]);
    }
    return lost;
  }

  /** An entity of another type is somebody else's data. */
  #check(entity: unknown, index: number, lost: readonly GraphQLError[] | undefined): Data | Failure | undefined {
    if (entity === null || entity === undefined) return lost && this.#errors.failure(lost);
    if (!isData(entity)) return this.#unusable('An entity is not an object.');
    const type = entity['__typename'];
    if (type === undefined || this.#field.fetch.isAbstract) return entity;
    const start = `{"__typename":${JSON.stringify(type)}`;
    if (this.#representations[index]?.startsWith(start) === true) return entity;
    return this.#unusable('An entity is not of the type that was asked for.');
  }

  #unusable(detail: string): Failure {
    const { subgraph } = this.#field;
    const fault = subgraphFault('SUBGRAPH_INVALID_RESPONSE', subgraph, new Error(detail));
    return this.#errors.failure([toFieldError(subgraph, fault)]);
  }
}
