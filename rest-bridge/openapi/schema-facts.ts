import { openapiLimits } from './limits.ts';
import { child, elements, isObject, members, own, ownText, type Place } from './place.ts';
import type { Reading } from './reading.ts';

/** A schema, or what it says beside its own `oneOf` and `anyOf` when those are read apart. */
export interface SchemaPart extends Place {
  readonly isChoicesApart?: true;
}

/** What a schema says once everything that `allOf` joins is read as one. */
export interface SchemaFacts {
  /** Types of JSON, `null` left out; empty when nothing is said. */
  readonly types: ReadonlySet<string>;
  readonly nullable: boolean;
  readonly format: string | undefined;
  readonly enumValues: readonly unknown[] | undefined;
  /** Each property with all schemas that it has to satisfy. */
  readonly properties: ReadonlyMap<string, readonly Place[]>;
  readonly required: ReadonlySet<string>;
  readonly items: Place | undefined;
  /** Every `oneOf` and `anyOf`: the value is one of its branches. */
  readonly choices: readonly (readonly Place[])[];
  /** Values that numbers are known to take: bounds, examples, defaults. */
  readonly numbers: readonly number[];
}

interface MutableFacts {
  types: Set<string> | undefined;
  nullable: boolean;
  format: string | undefined;
  enumValues: readonly unknown[] | undefined;
  readonly properties: Map<string, Place[]>;
  readonly required: Set<string>;
  items: Place | undefined;
  readonly choices: (readonly Place[])[];
  readonly numbers: number[];
}

/** Reads schemas that all hold for one value; `choices` of a parent with a discriminator are its own business and left out. */
export function readFacts(schemas: readonly SchemaPart[], reading: Reading): SchemaFacts {
  const facts: MutableFacts = {
    types: undefined,
    nullable: false,
    format: undefined,
    enumValues: undefined,
    properties: new Map(),
    required: new Set(),
    items: undefined,
    choices: [],
    numbers: [],
  };
  const seen = new Set<unknown>();
  const waiting = schemas
    .map((place) => ({ place, isParent: false, isApart: place.isChoicesApart ?? false }))
    .reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const schema = reading.references.follow(next.place);
    if (!schema || !isObject(schema.value) || seen.has(schema.value)) continue;
    if (seen.size >= openapiLimits.joinedSchemas) {
      reading.findings.warn(schema, `Only ${openapiLimits.joinedSchemas} schemas are joined into one type.`);
      break;
    }
    seen.add(schema.value);
    const isReferred = schema.value !== next.place.value;
    const isParent = next.isParent && isReferred && own(schema.value, 'discriminator') !== undefined;
    join(facts, schema, isParent || next.isApart);
    const joined = elements(child(schema, 'allOf')).map((place) => ({ place, isParent: true, isApart: next.isApart }));
    waiting.push(...joined.reverse());
  }
  return { ...facts, types: facts.types ?? guessTypes(facts) };
}

function join(facts: MutableFacts, schema: Place, isWithoutChoices: boolean): void {
  const { value } = schema;
  joinTypes(facts, value);
  facts.format ??= ownText(value, 'format');
  joinEnum(facts, value);
  for (const [name, property] of members(child(schema, 'properties'))) {
    const known = facts.properties.get(name);
    if (known) known.push(property);
    else facts.properties.set(name, [property]);
  }
  const required = own(value, 'required');
  if (Array.isArray(required)) for (const name of required) if (typeof name === 'string') facts.required.add(name);
  facts.items ??= child(schema, 'items');
  for (const key of isWithoutChoices ? [] : ['oneOf', 'anyOf']) {
    const branches = elements(child(schema, key));
    if (branches.length > 0) facts.choices.push(branches);
  }
  for (const key of ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'example', 'default']) {
    const number = own(value, key);
    if (typeof number === 'number') facts.numbers.push(number);
  }
}

function joinTypes(facts: MutableFacts, value: unknown): void {
  if (own(value, 'nullable') === true || own(value, 'x-nullable') === true) facts.nullable = true;
  const written = own(value, 'type');
  const types = (Array.isArray(written) ? written : [written]).filter((type) => typeof type === 'string');
  if (types.length === 0) return;
  if (types.includes('null') && types.length > 1) facts.nullable = true;
  const named = new Set(types.filter((type) => type !== 'null'));
  const both = facts.types && [...named].filter((type) => facts.types?.has(type));
  facts.types = both === undefined || both.length === 0 ? new Set([...(facts.types ?? []), ...named]) : new Set(both);
}

function joinEnum(facts: MutableFacts, value: unknown): void {
  const constant = own(value, 'const');
  const written = constant === undefined ? own(value, 'enum') : [constant];
  if (!Array.isArray(written) || written.length === 0) return;
  if (written.includes(null)) facts.nullable = true;
  const values = written.filter((item) => item !== null);
  if (values.length === 0) return;
  if (facts.enumValues === undefined || values.length < facts.enumValues.length) facts.enumValues = values;
}

function guessTypes(facts: MutableFacts): ReadonlySet<string> {
  if (facts.properties.size > 0) return new Set(['object']);
  if (facts.items !== undefined) return new Set(['array']);
  if (facts.enumValues !== undefined) {
    return new Set(facts.enumValues.map((value) => (Number.isInteger(value) ? 'integer' : typeof value)));
  }
  return new Set(facts.format === undefined ? [] : ['string']);
}
