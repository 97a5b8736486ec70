import type { Operation } from './build-operation.ts';
import type { EndpointParameter } from './endpoint.ts';
import { toSingular } from './graphql-name.ts';
import { own, ownText } from './place.ts';
import type { ObjectDefinition, RestCall, TypeRef } from './schema-model.ts';
import type { TypeBuilder } from './type-builder.ts';

const keyScalars: ReadonlySet<string> = new Set(['ID', 'String', 'Int', 'BigInt', 'UUID']);

/**
 * Gives `@key` and `@rest` to types that can be loaded by one value. A type is an entity when
 *
 * 1. a GET has a path that ends in its only path parameter and needs no other parameter: `/products/{upc}`,
 * 2. it answers an object, no list, union or interface, that the document has a name for: `Product`,
 * 3. the path names the type too (`products` or `product`), so that an invoice's customer is not taken for a customer's page,
 * 4. the object has a field of the parameter's name, `upc`, or for `{productId}` and `{product_id}` the field `id`,
 *    that is a text, a whole number or a UUID.
 *
 * It is loaded in bulk when the GET of the path without the parameter (`/products`) answers a list of the type and has a query
 * parameter that takes a list and is named after the key: `upcs` or `upc`, for `{productId}` also `productIds`; it may need no
 * other parameter. Any operation that answers a list of the type can say so itself:
 * `x-overlock-batch: { key: upc, parameter: upcs, matchOn: upc, maxSize: 50 }`. For POST, `parameter` is a property of the JSON body,
 * and without it the keys are the body. `matchOn` is by default the key's own property.
 *
 * Of several operations that load a type by the same key, the one with the shortest path does.
 */
export function findEntities(operations: readonly Operation[], builder: TypeBuilder): void {
  const byLength = [...operations].sort((a, b) => a.endpoint.path.length - b.endpoint.path.length);
  const lists = groupLists(operations);
  for (const operation of byLength) {
    const found = readItem(operation, builder);
    if (!found || found.type.keys.some(({ field }) => field === found.key)) continue;
    const rest = readBatch(found, lists.get(found.type.id) ?? [], builder) ?? toItemCall(operation, found);
    found.type.keys.push({ field: found.key, rest });
  }
}

/** An entity and how one is had. */
interface Item {
  readonly type: ObjectDefinition;
  /** The key field, in GraphQL and in the backend. */
  readonly key: string;
  readonly keyProperty: string;
  readonly parameter: EndpointParameter;
  /** The path without its last segment. */
  readonly collection: string;
}

function readItem({ endpoint, field }: Operation, builder: TypeBuilder): Item | undefined {
  const [, collection, name] = /^([^{}]*)\/\{([^{}]+)\}\/?$/.exec(endpoint.path) ?? [];
  const type = componentAt(field.type, builder);
  if (endpoint.method !== 'GET' || !type || collection === undefined) return undefined;
  const parameter = endpoint.parameters.find((candidate) => candidate.location === 'path' && candidate.name === name);
  const needsMore = endpoint.parameters.some((candidate) => candidate.required && candidate !== parameter);
  const nouns = collection.split('/').map((segment) => toPlain(toSingular(segment)));
  const typeName = toPlain(type.wantedName);
  if (!parameter || needsMore || !nouns.some((noun) => noun !== '' && typeName.includes(noun))) return undefined;
  const isOwnId = [typeName, ...nouns].some((noun) => noun !== '' && toPlain(parameter.name) === `${noun}id`);
  const key = [parameter.name, ...(isOwnId ? ['id'] : [])]
    .map((property) => type.fields.find((candidate) => (candidate.restName ?? candidate.name) === property))
    .find((candidate) => candidate !== undefined);
  if (key?.type.kind !== 'scalar' || !keyScalars.has(key.type.name)) return undefined;
  return { type, key: key.name, keyProperty: key.restName ?? key.name, parameter, collection };
}

function toItemCall({ field }: Operation, { key }: Item): RestCall {
  const path = field.rest.path.replace(/\{\$args\.\w+\}/, `{$key.${key}}`);
  return { method: 'GET', path, query: fixedQuery(field.rest), headers: [], body: undefined };
}

/** What an operation asks whatever its arguments are. */
function fixedQuery(rest: RestCall): RestCall['query'] {
  return rest.query.filter(({ value }) => !value.startsWith('{$'));
}

function readBatch(item: Item, lists: readonly Operation[], builder: TypeBuilder): RestCall | undefined {
  for (const operation of lists) {
    const call = readExtension(operation, item, builder);
    if (call) return call;
  }
  const list = lists.find(({ endpoint }) => endpoint.method === 'GET' && trimSlash(endpoint.path) === item.collection);
  const parameter = list?.endpoint.parameters.find((candidate) => isKeysParameter(candidate, item, builder));
  const needsMore = list?.endpoint.parameters.some((candidate) => candidate.required && candidate !== parameter);
  if (!list || !parameter || needsMore) return undefined;
  const style = list.field.rest.query.find(({ name }) => name === parameter.name)?.style;
  const schema = parameter.schema && builder.reading.references.find(parameter.schema);
  return {
    method: 'GET',
    path: list.field.rest.path,
    query: [...fixedQuery(list.field.rest), { name: parameter.name, value: `{$keys.${item.key}}`, style }],
    headers: [],
    body: undefined,
    batch: { matchOn: item.keyProperty, maxSize: toSize(own(schema?.value, 'maxItems')) },
  };
}

function readExtension(operation: Operation, item: Item, builder: TypeBuilder): RestCall | undefined {
  const { endpoint, field } = operation;
  const extension = own(endpoint.place.value, 'x-overlock-batch');
  const parameter = ownText(extension, 'parameter');
  if (ownText(extension, 'key') !== item.keyProperty || field.rest.path.includes('{$')) return undefined;
  const value = `{$keys.${item.key}}`;
  const isPost = endpoint.method === 'POST';
  if (!isPost && (endpoint.method !== 'GET' || parameter === undefined)) {
    builder.reading.findings.warn(
      endpoint.place,
      'x-overlock-batch needs "parameter": the query parameter that takes the keys.',
    );
    return undefined;
  }
  const known = field.rest.query.find(({ name }) => name === parameter);
  const name = parameter ?? '';
  return {
    method: endpoint.method,
    path: field.rest.path,
    query: [...fixedQuery(field.rest), ...(isPost ? [] : [known ? { ...known, value } : { name, value }])],
    headers: [],
    body: isPost ? { kind: 'keys', property: parameter, value } : undefined,
    batch: { matchOn: ownText(extension, 'matchOn') ?? item.keyProperty, maxSize: toSize(own(extension, 'maxSize')) },
  };
}

function isKeysParameter({ name, location, schema }: EndpointParameter, item: Item, builder: TypeBuilder): boolean {
  const isList = schema !== undefined && own(builder.reading.references.find(schema)?.value, 'type') === 'array';
  const names = [item.keyProperty, item.parameter.name].flatMap((key) => [key, `${key}s`]);
  return location === 'query' && isList && names.includes(name.replace(/\[\]$/, ''));
}

/** The operations that answer a list of a type, by the number of the type. */
function groupLists(operations: readonly Operation[]): ReadonlyMap<number, readonly Operation[]> {
  const lists = new Map<number, Operation[]>();
  for (const operation of operations) {
    const { type } = operation.field;
    if (type.kind !== 'list' || type.item.kind !== 'named') continue;
    const known = lists.get(type.item.id);
    if (known) known.push(operation);
    else lists.set(type.item.id, [operation]);
  }
  return lists;
}

function componentAt(type: TypeRef, builder: TypeBuilder): ObjectDefinition | undefined {
  const definition = type.kind === 'named' ? builder.definitions[type.id] : undefined;
  return definition?.kind === 'object' && definition.isComponent ? definition : undefined;
}

/** `petId`, `pet_id` and `pet-id` are the same word. */
function toPlain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function trimSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function toSize(value: unknown): number | undefined {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) <= 10_000 ? Number(value) : undefined;
}
