import { type ExecutionResult, GraphQLError } from 'graphql';
import { subgraphFault } from '../transport/subgraph-fault.ts';
import type { AnswerField, AnswerObjects, AnswerType } from './answer-shape.ts';
import type { DefaultValues } from './default-values.ts';
import type { DegradedPaths } from './degraded-paths.ts';
import { Failure, type FetchErrors, holderOf } from './fetch-errors.ts';
import { FieldError, toFieldError } from './field-error.ts';
import { isLoss } from './is-loss.ts';
import { isLeafValue } from './leaf-value.ts';
import { type Data, isData } from './links.ts';
import { typeOf } from './objects-at.ts';

/** Most errors of one answer; more say nothing new. */
const errorsMost = 1_000;

/**
 * Completes what was fetched as the specification says (https://spec.graphql.org/draft/#sec-Value-Completion): in the order in which the
 * client asked, checked against the types, with null where an error is and, where null must not be, further up. What could not be had has
 * its default, where there is one.
 */
export function completeAnswer(
  shape: AnswerObjects,
  root: Data,
  errors: FetchErrors,
  fallback: Fallback,
): ExecutionResult {
  const completion = new Completion(errors, fallback);
  const data = completion.complete(shape, root);
  const found = [...completion.found, ...errors.unplaced.map((error) => atPath(error, undefined))];
  return found.length === 0 ? { data } : { data, errors: found };
}

/** What stands in for data that could not be had. */
export interface Fallback {
  readonly defaults: DefaultValues;
  /** Is told where it was needed. */
  readonly degraded: DegradedPaths;
}

/** In the place of null that must not be. */
const nothing = Symbol('nothing');

type Path = readonly (string | number)[];

class Completion {
  readonly found: GraphQLError[] = [];
  readonly #errors: FetchErrors;
  readonly #fallback: Fallback;
  readonly #path: (string | number)[] = [];

  constructor(errors: FetchErrors, fallback: Fallback) {
    this.#errors = errors;
    this.#fallback = fallback;
  }

  complete(shape: AnswerObjects, root: Data): Record<string, unknown> | null {
    const data = this.#completeObject(shape, root);
    return data === nothing ? null : (data as Record<string, unknown>);
  }

  #completeObject(shape: AnswerObjects, object: Data): unknown {
    const type = typeOf(object, shape.typename);
    const fields = typeof type === 'string' ? shape.fieldsOf(type) : undefined;
    if (fields === undefined) return this.#unfit('The object is of no type that the field may have.');
    const members: Record<string, unknown> = Object.create(null);
    let isWhole = true;
    for (const field of fields) {
      const { key } = field.shape;
      this.#path.push(key);
      const value = this.#completeField(field, object, String(type));
      this.#path.pop();
      if (value === nothing) isWhole = false;
      members[key] = value;
    }
    return isWhole ? members : nothing;
  }

  #completeField(field: AnswerField, object: Data, type: string): unknown {
    const { source } = field.shape;
    if (source === undefined) return type;
    const before = this.found.length;
    const holder = holderOf(object, source.link);
    const standIn = this.#fallback.defaults.get(`${type}.${field.shape.name}`);
    if (standIn !== undefined && this.#isLost(holder, source.key)) {
      this.#fallback.degraded.add(this.#path, 'default');
      return standIn;
    }
    if (holder instanceof Failure) {
      for (const error of holder.errors) this.#add(error, this.#path);
    }
    const value = holder === undefined || holder instanceof Failure ? null : this.#valueAt(holder, source.key, field);
    const list = holder instanceof Failure ? undefined : holder?.[source.key];
    const completed = this.#completeValue(field.type, value, field, before, list);
    const isThere = completed !== null && completed !== nothing;
    if (standIn === undefined || isThere || !this.#isLossSince(before)) return completed;
    this.found.length = before;
    this.#fallback.degraded.add(this.#path, 'default');
    return standIn;
  }

  /** Whether there were errors since, and none but of what could not be had. */
  #isLossSince(before: number): boolean {
    return this.found.length > before && this.found.slice(before).every(isLoss);
  }

  /** Whether a value is missing for nothing but failures of its subgraph. */
  #isLost(holder: Data | Failure | undefined, key: string): boolean {
    if (holder === undefined) return false;
    if (holder instanceof Failure) return holder.errors.every(isLoss);
    const marks = (holder[key] ?? null) === null ? this.#errors.at(holder, key) : [];
    return marks.length > 0 && marks.every(({ error }) => isLoss(error));
  }

  #valueAt(holder: object, key: string | number, field: AnswerField): unknown {
    if (!this.#errors.isEmpty) {
      for (const { error, rest } of this.#errors.at(holder, key)) {
        this.#add(error, [...this.#path, ...toAnswerPath(rest, field.objects)]);
      }
    }
    const value: unknown = Reflect.get(holder, key);
    return value === undefined ? this.#missing(field) : value;
  }

  #missing(field: AnswerField): null {
    return this.#isTold() ? null : this.#misfit(field);
  }

  #isTold(): boolean {
    const last = this.found.at(-1)?.path;
    return last !== undefined && this.#path.every((step, index) => last[index] === step);
  }

  #completeValue(type: AnswerType, value: unknown, field: AnswerField, before: number, list: unknown): unknown {
    const completed = value === null ? null : this.#completeNullable(type, value, field, list);
    if (completed !== null && completed !== nothing) return completed;
    if (!type.isNonNull) return null;
    if (this.found.length === before) {
      const { parentType, name } = field.shape;
      this.#unfit(`Cannot return null for non-nullable field ${parentType}.${name}.`);
    }
    return nothing;
  }

  #completeNullable(type: AnswerType, value: unknown, field: AnswerField, list: unknown): unknown {
    if (type.items !== undefined) return this.#completeList(type.items, value, field, list);
    if (type.leaf !== undefined) {
      return isLeafValue(value, type.leaf) ? toLeaf(value, type.leaf.name) : this.#misfit(field);
    }
    if (field.objects === undefined || !isData(value)) return this.#misfit(field);
    return this.#completeObject(field.objects, value);
  }

  #completeList(type: AnswerType, value: unknown, field: AnswerField, list: unknown): unknown {
    if (!Array.isArray(value)) return this.#misfit(field);
    const items: unknown[] = [];
    let isWhole = true;
    for (const [index, member] of value.entries()) {
      this.#path.push(index);
      const before = this.found.length;
      const item: unknown = Array.isArray(list) ? this.#valueAt(value, index, field) : member;
      const completed = this.#completeValue(type, item, field, before, member);
      this.#path.pop();
      if (completed === nothing) isWhole = false;
      items.push(completed);
    }
    return isWhole ? items : nothing;
  }

  /** The subgraph gave what the field cannot be. */
  #misfit({ shape: { subgraph = '' } }: AnswerField): null {
    const fault = subgraphFault('SUBGRAPH_INVALID_RESPONSE', subgraph, undefined);
    this.#add(toFieldError(subgraph, fault), this.#path);
    return null;
  }

  #unfit(message: string): null {
    this.#add(new GraphQLError(message, { extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' } }), this.#path);
    return null;
  }

  #add(error: GraphQLError, path: Path): void {
    if (this.found.length < errorsMost) this.found.push(atPath(error, path));
  }
}

function atPath(error: GraphQLError, path: Path | undefined): GraphQLError {
  return new FieldError(error.message, { path: path && [...path], extensions: error.extensions });
}

/** What response keys of a fetch are in the answer, as far as the answer has them. */
function toAnswerPath(rest: Path, objects: AnswerObjects | undefined): Path {
  const path: (string | number)[] = [];
  let below = objects;
  for (const step of rest) {
    if (typeof step === 'number') {
      path.push(step);
      continue;
    }
    const found = below?.cases
      .flatMap(({ fields }) => fields)
      .find(({ shape: { source } }) => source?.link === undefined && source?.key === step);
    if (found === undefined) break;
    path.push(found.shape.key);
    below = found.objects;
  }
  return path;
}

/** Numbers are IDs and texts as well (https://spec.graphql.org/draft/#sec-Scalars, "Result Coercion"). */
function toLeaf(value: unknown, type: string): unknown {
  return (type === 'ID' || type === 'String') && typeof value !== 'string' ? String(value) : value;
}
