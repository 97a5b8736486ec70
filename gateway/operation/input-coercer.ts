import {
  GraphQLError,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLScalarType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
} from 'graphql';
import { deepestNesting } from './nesting.ts';
import { shorten } from './shorten.ts';
import { errorsMaxCount, type Finding } from './to-refusal.ts';

/** The end of a path is what names the place; the beginning is the variable, which is named anyway. */
const pathMaxLength = 150;

const neededFields = new WeakMap<GraphQLInputObjectType, readonly GraphQLInputField[]>();

/** The fields that matter when they are left out: kept, because a list of empty objects would visit all fields for each. */
function neededFieldsOf(type: GraphQLInputObjectType): readonly GraphQLInputField[] {
  let needed = neededFields.get(type);
  if (needed === undefined) {
    needed = Object.values(type.getFields()).filter(
      (field) => field.defaultValue !== undefined || isNonNullType(field.type),
    );
    neededFields.set(type, needed);
  }
  return needed;
}

/**
 * Coerces input values and collects what is wrong with them, without ever repeating a value. It gives up after 20 findings:
 * what it returned is only of use when there are none.
 *
 * @see https://spec.graphql.org/October2021/#sec-Input-Types
 */
export class InputCoercer {
  readonly findings: Finding[] = [];
  #variable = '';
  readonly #path: (string | number)[] = [];

  coerce(variable: string, value: unknown, type: GraphQLInputType): unknown {
    this.#variable = variable;
    return this.#value(value, type);
  }

  report(message: string): void {
    this.findings.push({ message });
  }

  get #full(): boolean {
    return this.findings.length >= errorsMaxCount;
  }

  #value(value: unknown, type: GraphQLInputType): unknown {
    if (isNonNullType(type)) {
      if (value === null) return this.#wrong(`Expected a value of type "${type}", which must not be null.`);
      return this.#value(value, type.ofType);
    }
    if (value === null) return null;
    if (isListType(type)) {
      return Array.isArray(value) ? this.#list(value, type.ofType) : [this.#value(value, type.ofType)];
    }
    if (isInputObjectType(type)) return this.#object(value, type);
    if (isEnumType(type)) {
      if (typeof value === 'string' && type.getValue(value)) return value;
      return this.#wrong(`Expected one of the values of enum "${type.name}".`);
    }
    return this.#scalar(value, type);
  }

  #list(values: readonly unknown[], itemType: GraphQLInputType): unknown[] {
    const coerced: unknown[] = [];
    for (const [index, value] of values.entries()) {
      if (this.#full) break;
      coerced.push(this.#inside(index, value, itemType));
    }
    return coerced;
  }

  #object(value: unknown, type: GraphQLInputObjectType): unknown {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.#wrong(`Expected an object of type "${type.name}".`);
    }
    const fields = type.getFields();
    const coerced: Record<string, unknown> = Object.create(null);
    const given: [string, unknown][] = Object.entries(value);
    for (const [name, fieldValue] of given) {
      if (this.#full) break;
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field === undefined) this.#wrong(`Field "${shorten(name)}" is not defined by type "${type.name}".`);
      else coerced[name] = this.#inside(name, fieldValue, field.type);
    }
    for (const field of neededFieldsOf(type)) {
      if (Object.hasOwn(coerced, field.name)) continue;
      if (field.defaultValue !== undefined) coerced[field.name] = field.defaultValue;
      else this.#wrong(`Field "${field.name}" of required type "${field.type}" was not provided.`);
    }
    if (type.isOneOf && (Object.keys(coerced).length !== 1 || Object.values(coerced)[0] === null)) {
      this.#wrong(`Exactly one field of type "${type.name}" must be given, and not as null.`);
    }
    return coerced;
  }

  #inside(step: string | number, value: unknown, type: GraphQLInputType): unknown {
    if (this.#path.length === deepestNesting) {
      return this.#wrong(`Values nest deeper than ${deepestNesting}.`);
    }
    this.#path.push(step);
    const coerced = this.#value(value, type);
    this.#path.pop();
    return coerced;
  }

  #scalar(value: unknown, type: GraphQLScalarType): unknown {
    // 1e400 is valid JSON and becomes Infinity, which JSON cannot say.
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
      return this.#wrong(`The number is too large for type "${type.name}".`);
    }
    try {
      return type.parseValue(value);
    } catch (error) {
      // Only the messages of the five standard scalars are known: a sentence, a colon, the value.
      const [reason] = isSpecifiedScalarType(type) && error instanceof GraphQLError ? error.message.split(':', 1) : [];
      return this.#wrong(`${reason ?? `Expected a value of type "${type.name}"`}.`);
    }
  }

  #wrong(reason: string): undefined {
    if (this.#full) return;
    const steps = this.#path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
    const path = `${this.#variable}${steps}`;
    const end = path.length > pathMaxLength ? `…${path.slice(-pathMaxLength)}` : path;
    const place = steps === '' ? '' : ` at "${end}"`;
    this.report(`Variable "$${shorten(this.#variable)}" got an invalid value${place}: ${reason}`);
  }
}
