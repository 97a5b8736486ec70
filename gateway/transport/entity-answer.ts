import { GraphQLError } from 'graphql';
import { keyAlias, lookupName, type TypedLookup } from './entity-query.ts';
import { isRecord } from './is-record.ts';
import type { EntityList, FetchResult } from './send.ts';
import { subgraphFault } from './subgraph-fault.ts';

/** One entity that is wanted, and where in its `_entities` it goes: equal representations are looked up once. */
export interface WantedEntity {
  readonly key: unknown;
  readonly positions: number[];
}

/** The entities of one type that one `_entities` field wants. */
export interface WantedEntities {
  readonly list: EntityList;
  readonly type: string;
  readonly lookup: TypedLookup;
  readonly entities: readonly WantedEntity[];
}

/** What one query looks up. */
export interface LookupCall {
  readonly wanted: readonly WantedEntities[];
  readonly withRootFields: boolean;
}

/** Most errors of one answer: one that stands for many entities is repeated at each of them. */
const errorsMost = 1_000;

/**
 * Puts the answers of lookups together as if `_entities` had been answered, errors in their places. `lengths` says how many
 * entities each `_entities` field has.
 * @throws GatewayError `SUBGRAPH_INVALID_RESPONSE` when a lookup answers a list instead of an object, or the other way round.
 */
export function assembleEntities(
  subgraph: string,
  lengths: readonly (readonly [string, number])[],
  calls: readonly LookupCall[],
  results: readonly FetchResult[],
): FetchResult {
  const lists = new Map(lengths.map(([key, length]) => [key, new Array<unknown>(length).fill(null)] as const));
  const rootFields: [string, unknown][] = [];
  const errors: GraphQLError[] = [];
  for (const [index, call] of calls.entries()) {
    const { data, errors: answered = [] } = results[index] ?? {};
    const fields = fieldsOf(call);
    for (const [name, value] of Object.entries(data ?? {})) {
      const field = fields.get(name);
      if (field === undefined) rootFields.push([name, value]);
      else if (!place(field, value, lists)) throw wrongShape(subgraph, field);
    }
    for (const error of answered) {
      if (errors.length < errorsMost) errors.push(...relocate(error, fields, data ?? {}).slice(0, errorsMost));
    }
  }
  const data = Object.fromEntries([...rootFields, ...lists]);
  const isShared = results.some(({ shared }) => shared === true);
  return { data, ...(errors.length > 0 && { errors: errors.slice(0, errorsMost) }), ...(isShared && { shared: true }) };
}

function wrongShape(subgraph: string, { list, isList }: LookupField): Error {
  const cause = new Error(`A lookup for "${list.key}" answered no ${isList ? 'list' : 'object'}.`);
  return subgraphFault('SUBGRAPH_INVALID_RESPONSE', subgraph, cause);
}

/** One field of a query: it holds one entity, or a list of them. */
interface LookupField {
  readonly list: EntityList;
  readonly isList: boolean;
  readonly entities: readonly WantedEntity[];
  readonly byKey: ReadonlyMap<string, WantedEntity>;
}

function fieldsOf({ wanted }: LookupCall): ReadonlyMap<string, LookupField> {
  const fields = new Map<string, LookupField>();
  for (const [use, { list, lookup, entities }] of wanted.entries()) {
    const perField = lookup.list ? [entities] : entities.map((entity) => [entity]);
    for (const [index, held] of perField.entries()) {
      const byKey = new Map(held.map((entity) => [String(entity.key), entity]));
      fields.set(lookupName(use, index), { list, isList: lookup.list, entities: held, byKey });
    }
  }
  return fields;
}

/** Whether the value of a field is what it should be; the entities that nobody wants, and second ones, are passed over. */
function place(field: LookupField, value: unknown, lists: ReadonlyMap<string, unknown[]>): boolean {
  if (value === null) return true;
  if (field.isList !== Array.isArray(value)) return false;
  const target = lists.get(field.list.key) ?? [];
  for (const item of Array.isArray(value) ? value : [value]) {
    for (const position of entityOf(field, item)?.positions ?? []) target[position] ??= item;
  }
  return true;
}

/** Which entity an object is. An object of another type has no key, since that is asked for in a fragment. */
function entityOf({ isList, entities, byKey }: LookupField, item: unknown): WantedEntity | undefined {
  if (!isRecord(item)) return undefined;
  const key = item[keyAlias];
  if (key === undefined || key === null) return undefined;
  return isList ? byKey.get(String(key)) : entities[0];
}

/** The error at each entity that it is about: all of the field when that cannot be told. */
function relocate(
  error: GraphQLError,
  fields: ReadonlyMap<string, LookupField>,
  data: Readonly<Record<string, unknown>>,
): readonly GraphQLError[] {
  const [name = '', ...below] = error.path ?? [];
  const field = fields.get(String(name));
  if (field === undefined) return [error];
  const index = field.isList ? below.shift() : undefined;
  const failed = typeof index === 'number' ? failedEntity(field, data[name], index) : undefined;
  const entities = failed === undefined ? field.entities : [failed];
  return entities
    .flatMap(({ positions }) => positions)
    .map((position) => {
      const path = [field.list.key, position, ...below];
      return new GraphQLError(error.message, { path, extensions: error.extensions });
    });
}

/** A failed item is often `null`, and then only its place tells which it was: if all were answered. */
function failedEntity(field: LookupField, items: unknown, index: number): WantedEntity | undefined {
  if (!Array.isArray(items)) return undefined;
  return entityOf(field, items[index]) ?? (items.length === field.entities.length ? field.entities[index] : undefined);
}
