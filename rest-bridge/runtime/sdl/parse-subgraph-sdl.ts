import {
  type DefinitionNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  type NameNode,
  parse,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from 'graphql';
import { DirectiveError } from '../rest-problem.ts';

/** The types of a federation subgraph's SDL. */
export interface SubgraphDocument {
  /** One definition a type, and the schema definition when there is one. */
  readonly definitions: readonly DefinitionNode[];
  /** Name of the query root, which is among the definitions even when the SDL has none. */
  readonly queryType: string;
}

const machineryTypes: ReadonlySet<string> = new Set(['_Any', '_Entity', '_Service']);
const machineryFields: ReadonlySet<string> = new Set(['_entities', '_service']);

/**
 * Parses a federation subgraph's SDL: extensions are merged into definitions, directive definitions and federation's
 * machinery left out.
 *
 * @throws GraphQLError when the SDL is not GraphQL.
 * @throws DirectiveError when a type is defined as two kinds.
 */
export function parseSubgraphSdl(sdl: string): SubgraphDocument {
  const types = new Map<string, TypeDefinitionNode>();
  const schemas: DefinitionNode[] = [];
  let queryType = 'Query';
  for (const node of parse(sdl, { noLocation: true }).definitions) {
    if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) {
      queryType = node.operationTypes?.find(({ operation }) => operation === 'query')?.type.name.value ?? queryType;
      if (node.kind === Kind.SCHEMA_DEFINITION) schemas.push({ ...node, directives: [] });
    } else if ((isTypeDefinitionNode(node) || isTypeExtensionNode(node)) && !machineryTypes.has(node.name.value)) {
      const known = types.get(node.name.value);
      const definition = toDefinition(node);
      types.set(node.name.value, known ? merge(known, definition) : definition);
    }
  }
  const query = types.get(queryType) ?? {
    kind: Kind.OBJECT_TYPE_DEFINITION,
    name: { kind: Kind.NAME, value: queryType },
  };
  types.set(queryType, withoutMachinery(query));
  return { definitions: [...schemas, ...types.values()], queryType };
}

function toDefinition(node: TypeDefinitionNode | TypeExtensionNode): TypeDefinitionNode {
  switch (node.kind) {
    case Kind.OBJECT_TYPE_EXTENSION:
      return { ...node, kind: Kind.OBJECT_TYPE_DEFINITION };
    case Kind.INTERFACE_TYPE_EXTENSION:
      return { ...node, kind: Kind.INTERFACE_TYPE_DEFINITION };
    case Kind.UNION_TYPE_EXTENSION:
      return { ...node, kind: Kind.UNION_TYPE_DEFINITION };
    case Kind.ENUM_TYPE_EXTENSION:
      return { ...node, kind: Kind.ENUM_TYPE_DEFINITION };
    case Kind.INPUT_OBJECT_TYPE_EXTENSION:
      return { ...node, kind: Kind.INPUT_OBJECT_TYPE_DEFINITION };
    case Kind.SCALAR_TYPE_EXTENSION:
      return { ...node, kind: Kind.SCALAR_TYPE_DEFINITION };
    default:
      return node;
  }
}

function merge(a: TypeDefinitionNode, b: TypeDefinitionNode): TypeDefinitionNode {
  const directives = [...(a.directives ?? []), ...(b.directives ?? [])];
  if (a.kind === Kind.OBJECT_TYPE_DEFINITION && b.kind === a.kind) {
    return { ...a, directives, interfaces: union(a.interfaces, b.interfaces), fields: union(a.fields, b.fields) };
  }
  if (a.kind === Kind.INTERFACE_TYPE_DEFINITION && b.kind === a.kind) {
    return { ...a, directives, interfaces: union(a.interfaces, b.interfaces), fields: union(a.fields, b.fields) };
  }
  if (a.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION && b.kind === a.kind) {
    return { ...a, directives, fields: union(a.fields, b.fields) };
  }
  if (a.kind === Kind.UNION_TYPE_DEFINITION && b.kind === a.kind) {
    return { ...a, directives, types: union(a.types, b.types) };
  }
  if (a.kind === Kind.ENUM_TYPE_DEFINITION && b.kind === a.kind) {
    return { ...a, directives, values: union(a.values, b.values) };
  }
  if (a.kind === Kind.SCALAR_TYPE_DEFINITION && b.kind === a.kind) return { ...a, directives };
  throw new DirectiveError(`${a.name.value} is defined as two kinds of type.`);
}

function union<T extends { readonly name: NameNode }>(a: readonly T[] = [], b: readonly T[] = []): readonly T[] {
  const names = new Set(a.map(({ name }) => name.value));
  return [...a, ...b.filter(({ name }) => !names.has(name.value))];
}

function withoutMachinery(query: TypeDefinitionNode): TypeDefinitionNode {
  if (query.kind !== Kind.OBJECT_TYPE_DEFINITION) return query;
  return { ...query, fields: query.fields?.filter(({ name }) => !machineryFields.has(name.value)) ?? [] };
}
