import { type DocumentNode, Kind, parse, print } from 'graphql';
import type { GraphqlSubgraph, Supergraph } from '../../schema/supergraph/supergraph.ts';
import type { LookupsByType, TypedLookup } from './entity-query.ts';

/**
 * The lookups of the subgraphs without federation, by subgraph, with what the supergraph says about them.
 * @throws Error when the supergraph has no such query field or argument.
 */
export function readTypedLookups({
  sdl,
  subgraphs,
}: Pick<Supergraph, 'sdl' | 'subgraphs'>): Map<string, LookupsByType> {
  const plain = subgraphs.filter((subgraph) => subgraph.kind === 'graphql');
  if (plain.length === 0) return new Map();
  const schema = parse(sdl, { noLocation: true });
  return new Map(plain.map((subgraph) => [subgraph.name, toTyped(subgraph, schema)]));
}

function toTyped({ name, entities }: GraphqlSubgraph, schema: DocumentNode): LookupsByType {
  const root = queryTypeName(schema);
  return new Map(
    Object.entries(entities).map(([type, lookup]): [string, TypedLookup] => {
      const argumentType = findArgumentType(schema, root, lookup.field, lookup.argument);
      const abstractTypes = findAbstractTypes(schema, type);
      if (argumentType !== undefined) return [type, { ...lookup, argumentType, abstractTypes }];
      throw new Error(
        `The supergraph has no ${root}.${lookup.field}(${lookup.argument}:), by which the subgraph "${name}" is to load ${type}.`,
      );
    }),
  );
}

function findArgumentType(schema: DocumentNode, root: string, field: string, argument: string): string | undefined {
  for (const node of schema.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || node.name.value !== root) continue;
    const found = node.fields?.find(({ name }) => name.value === field);
    const type = found?.arguments?.find(({ name }) => name.value === argument)?.type;
    if (type !== undefined) return print(type);
  }
  return undefined;
}

function findAbstractTypes(schema: DocumentNode, type: string): ReadonlySet<string> {
  return new Set(
    schema.definitions.flatMap((node) => {
      if (node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === type) {
        return (node.interfaces ?? []).map(({ name }) => name.value);
      }
      const isMember = node.kind === Kind.UNION_TYPE_DEFINITION && node.types?.some(({ name }) => name.value === type);
      return isMember === true ? [node.name.value] : [];
    }),
  );
}

function queryTypeName(schema: DocumentNode): string {
  for (const node of schema.definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION) continue;
    const query = node.operationTypes.find(({ operation }) => operation === 'query');
    if (query !== undefined) return query.type.name.value;
  }
  return 'Query';
}
