import {
  type ExecutionResult,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { type Denial, isIncluded } from './decide.ts';
import type { FieldSelection, Selection } from './inspect-operation.ts';
import type { NarrowedOperation } from './narrow-operation.ts';
import { joinStepUps, type StepUp, toStepUpExtension } from './step-up.ts';

/** After this many, nulls have no error of their own. */
const errorsMax = 1_000;

/** An answer to a narrowed operation. */
export interface NarrowedAnswer {
  readonly narrowed: NarrowedOperation;
  /** Why what is withheld is withheld from this request. */
  readonly denials: readonly Denial[];
  readonly schema: GraphQLSchema;
  readonly variables: Readonly<Record<string, unknown>>;
  /** `undefined` when there was nothing left to run. */
  readonly answer: ExecutionResult | undefined;
}

/**
 * Makes the answer to a narrowed operation the answer to the whole one: each withheld field is null and has an error, nulls
 * propagate (https://spec.graphql.org/October2021/#sec-Handling-Field-Errors), and keys stand in the order of the operation.
 */
export function completeAnswer(parts: NarrowedAnswer): ExecutionResult {
  const { narrowed, answer = {} } = parts;
  const { inspected, operation } = narrowed;
  const { data } = operation === undefined ? { data: {} } : answer;
  // Without data the whole has failed, and there is no place to put anything.
  if (data === undefined || data === null) return answer;
  const completion = new Completion(parts);
  const completed = completion.completeObject(inspected.root, inspected.selections, data, []);
  const errors = [...(answer.errors ?? []), ...completion.errors];
  return { ...answer, data: completed ?? null, ...(errors.length > 0 && { errors }) };
}

type Path = readonly (string | number)[];
type Fields = Record<string, unknown>;

class Completion {
  readonly errors: GraphQLError[] = [];
  readonly #narrowed: NarrowedOperation;
  readonly #denials: readonly Denial[];
  readonly #schema: GraphQLSchema;
  readonly #variables: Readonly<Record<string, unknown>>;

  constructor({ narrowed, denials, schema, variables }: NarrowedAnswer) {
    this.#narrowed = narrowed;
    this.#denials = denials;
    this.#schema = schema;
    this.#variables = variables;
  }

  /** The object, or `undefined` when a null within must not be. */
  completeObject(
    type: GraphQLObjectType,
    selections: readonly Selection[],
    data: Readonly<Fields>,
    path: Path,
  ): Fields | undefined {
    const completed: Fields = Object.create(null);
    let isNull = false;
    for (const [key, fields] of this.#collect(type, selections)) {
      const value = this.#completeField(type, fields, data[key], [...path, key]);
      if (value === undefined) isNull = true;
      completed[key] = value;
    }
    return isNull ? undefined : completed;
  }

  /** The fields of an object by their keys, as https://spec.graphql.org/October2021/#CollectFields() says. */
  #collect(
    type: GraphQLObjectType,
    selections: readonly Selection[],
    collected = new Map<string, FieldSelection[]>(),
  ): ReadonlyMap<string, FieldSelection[]> {
    for (const selection of selections) {
      if (selection.kind === 'field') {
        if (!isIncluded(selection.node.directives ?? [], this.#variables)) continue;
        const fields = collected.get(selection.key);
        if (fields === undefined) collected.set(selection.key, [selection]);
        else fields.push(selection);
      } else if (selection.types?.has(type.name) !== false && isIncluded(selection.directives, this.#variables)) {
        this.#collect(type, selection.selections, collected);
      }
    }
    return collected;
  }

  #completeField(type: GraphQLObjectType, fields: readonly FieldSelection[], value: unknown, path: Path): unknown {
    const { withheld, affected } = this.#narrowed;
    const open = fields.filter((field) => !withheld.isWithheldFor(field, type.name));
    const name = fields[0]?.node.name.value ?? '';
    const fieldType = type.getFields()[name]?.type;
    if (open.length === 0) {
      if (this.errors.length < errorsMax) this.errors.push(toError(path, this.#stepUpFor(fields)));
      return isNonNullType(fieldType) || name === '__typename' ? undefined : null;
    }
    if (name === '__typename') return type.name;
    if (fieldType === undefined || !open.some((field) => affected.has(field))) return value ?? null;
    const selections = open.flatMap((field) => field.selections);
    return this.#completeValue(fieldType, selections, value, path);
  }

  #stepUpFor(fields: readonly FieldSelection[]): StepUp | undefined {
    const { guarded } = this.#narrowed.inspected;
    // By position: what was narrowed for an earlier request may come from another reading of the same document.
    const denials = this.#denials.filter(({ field: { index } }) =>
      fields.some((field) => field === guarded[index]?.selection),
    );
    const stepUps = denials.flatMap(({ stepUp }) => stepUp ?? []);
    return stepUps.length > 0 && stepUps.length === denials.length ? joinStepUps(stepUps) : undefined;
  }

  /** The value, or `undefined` when it is null and must not be. */
  #completeValue(type: GraphQLOutputType, selections: readonly Selection[], value: unknown, path: Path): unknown {
    if (isNonNullType(type)) return this.#completeValue(type.ofType, selections, value, path) ?? undefined;
    if (value === undefined || value === null) return null;
    if (isListType(type)) {
      if (!Array.isArray(value)) return null;
      const items = value.map((item, index) => this.#completeValue(type.ofType, selections, item, [...path, index]));
      return items.includes(undefined) ? null : items;
    }
    if (!isFields(value)) return null;
    const objectType = this.#schema.getType(String(value[this.#narrowed.typeKey]));
    if (!isObjectType(objectType)) return null;
    return this.completeObject(objectType, selections, value, path) ?? null;
  }
}

function isFields(value: unknown): value is Readonly<Fields> {
  return typeof value === 'object' && value !== null;
}

/** The error that stands for a withheld field; `stepUp` is how to sign in for it, when that would do. */
export function toError(path: Path, stepUp: StepUp | undefined): GraphQLError {
  if (stepUp === undefined) {
    return new GraphQLError('You are not allowed to ask for this field.', { path, extensions: { code: 'FORBIDDEN' } });
  }
  const extensions = { code: 'STEP_UP_REQUIRED', stepUp: toStepUpExtension(stepUp) };
  return new GraphQLError('Sign in again as "stepUp" says to ask for this field.', { path, extensions });
}
