import { type DocumentNode, Kind, parse, print, type SelectionNode, visit } from 'graphql';
import type { FetchOperation, FetchRequest, FetchResult, Send, Transport } from '../transport/send.ts';
import type { InterfaceObject } from './interface-objects.ts';

type Data = Record<string, unknown>;

/** An interface object of the subgraph, and the subgraph that can tell which implementation an entity is. */
export interface ReachableInterfaceObject extends Omit<InterfaceObject, 'teller'> {
  readonly teller: { readonly subgraph: string; readonly send: Send } | undefined;
}

/**
 * Speaks to a subgraph of interface objects in its own words: implementations go by the interface's name there, and objects that come
 * back by that name get the type that they are elsewhere.
 */
export function withInterfaceObjects(transport: Transport, objects: readonly ReachableInterfaceObject[]): Transport {
  const interfaceOf = new Map(
    objects.flatMap(({ name, implementations }) => [...implementations].map((type) => [type, name] as const)),
  );
  return {
    subscribe: transport.subscribe,
    async send(request) {
      const result = await transport.send({
        ...request,
        operation: renameConditions(request.operation, interfaceOf),
        variables: request.variables && renameRepresentations(request.variables, interfaceOf),
      });
      if (!result.data) return result;
      const data = result.shared === true ? structuredClone(result.data) : result.data;
      restoreEntities(data, request);
      await tellTypes(data, objects, request);
      return { ...result, data, shared: false };
    },
  };
}

function renameConditions(operation: FetchOperation, interfaceOf: ReadonlyMap<string, string>): FetchOperation {
  const document: DocumentNode = visit(operation.document, {
    [Kind.NAMED_TYPE](node) {
      const name = interfaceOf.get(node.name.value);
      return name === undefined ? undefined : { ...node, name: { kind: Kind.NAME, value: name } };
    },
  });
  return document === operation.document ? operation : { ...operation, document, text: print(document) };
}

function renameRepresentations(variables: Readonly<Data>, interfaceOf: ReadonlyMap<string, string>): Readonly<Data> {
  const rename = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rename);
    if (!isData(value) || typeof value['__typename'] !== 'string') return value;
    return { ...value, __typename: interfaceOf.get(value['__typename']) ?? value['__typename'] };
  };
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, rename(value)]));
}

/** Entities come in the order of their representations, which say what they are. */
function restoreEntities(data: Data, { operation, variables }: FetchRequest): void {
  for (const [key, variable] of findEntities(operation.document)) {
    const entities = data[key];
    const representations = variables?.[variable];
    if (!Array.isArray(entities) || !Array.isArray(representations)) continue;
    for (const [index, entity] of entities.entries()) {
      const representation: unknown = representations[index];
      if (isData(entity) && isData(representation) && '__typename' in entity) {
        entity['__typename'] = representation['__typename'];
      }
    }
  }
}

/** Response keys of `_entities` at the root, with the variable that holds their representations. */
function findEntities(document: DocumentNode): readonly (readonly [key: string, variable: string])[] {
  const roots = document.definitions.flatMap((node): readonly SelectionNode[] =>
    node.kind === Kind.OPERATION_DEFINITION ? node.selectionSet.selections : [],
  );
  return roots.flatMap((node) => {
    if (node.kind !== Kind.FIELD || node.name.value !== '_entities') return [];
    const value = node.arguments?.[0]?.value;
    return value?.kind === Kind.VARIABLE ? [[node.alias?.value ?? '_entities', value.name.value] as const] : [];
  });
}

/** Asks for the types of all objects that go by the name of an interface, once for each interface. */
async function tellTypes(
  data: Data,
  objects: readonly ReachableInterfaceObject[],
  request: FetchRequest,
): Promise<void> {
  for (const { name, keys, teller } of objects) {
    const nameless = collect(data, name);
    if (nameless.length === 0 || teller === undefined) continue;
    const fields = (keys[0] ?? '').split(/\s+/).filter((field) => /^\w+$/.test(field));
    const representations = nameless.map((object) => ({
      __typename: name,
      ...Object.fromEntries(fields.map((field) => [field, object[field]])),
    }));
    const told: FetchResult = await teller.send({
      ...request,
      subgraph: teller.subgraph,
      operation: typesOperation,
      variables: { representations },
    });
    const entities = told.data?.['_entities'];
    if (!Array.isArray(entities)) continue;
    for (const [index, object] of nameless.entries()) {
      const entity: unknown = entities[index];
      if (isData(entity)) object['__typename'] = entity['__typename'];
    }
  }
}

const text = 'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }';
const typesOperation: FetchOperation = { kind: 'query', name: undefined, text, document: parse(text) };

/** Deeper than any operation asks, and shallow enough for a function that calls itself. */
const answerMaxDepth = 500;

function collect(value: unknown, typeName: string, found: Data[] = [], depth = 0): readonly Data[] {
  if (depth > answerMaxDepth) return found;
  if (Array.isArray(value)) for (const item of value) collect(item, typeName, found, depth + 1);
  else if (isData(value)) {
    if (value['__typename'] === typeName) found.push(value);
    for (const member of Object.values(value)) collect(member, typeName, found, depth + 1);
  }
  return found;
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
