import { makeExecutableSchema } from '@graphql-tools/schema';
import {
  type EnumTypeDefinitionNode,
  type GraphQLScalarType,
  type GraphQLSchema,
  Kind,
  specifiedScalarTypes,
} from 'graphql';
import { attempt, DirectiveError, type ProblemList } from '../rest-problem.ts';
import { createScalar } from './create-scalar.ts';
import type { SubgraphDocument } from './parse-subgraph-sdl.ts';
import { readKeys, readRestName } from './read-directives.ts';

type EnumValues = Readonly<Record<string, string>>;

const builtInScalars: ReadonlySet<string> = new Set(specifiedScalarTypes.map(({ name }) => name));

/**
 * The schema of a REST subgraph with federation's `_service` and `_entities`, its scalars, and its enums in the names of
 * the backend; its fields are not resolved yet.
 *
 * @throws DirectiveError when a type is used that is not there.
 */
export function buildSchema(document: SubgraphDocument, problems: ProblemList): GraphQLSchema {
  const resolvers: Record<string, GraphQLScalarType | EnumValues> = {};
  for (const node of document.definitions) {
    if (node.kind === Kind.SCALAR_TYPE_DEFINITION && !builtInScalars.has(node.name.value)) {
      resolvers[node.name.value] = createScalar(node.name.value);
    } else if (node.kind === Kind.ENUM_TYPE_DEFINITION) {
      resolvers[node.name.value] = enumValues(node, problems);
    }
  }
  try {
    return makeExecutableSchema({
      typeDefs: [{ kind: Kind.DOCUMENT, definitions: document.definitions }, machinery(document, problems)],
      resolvers,
      assumeValidSDL: true,
      updateResolversInPlace: true,
    });
  } catch (error) {
    throw new DirectiveError(error instanceof Error ? error.message : String(error));
  }
}

function enumValues(node: EnumTypeDefinitionNode, problems: ProblemList): EnumValues {
  const values: Record<string, string> = {};
  for (const value of node.values ?? []) {
    const name = value.name.value;
    values[name] = attempt(problems.at(`${node.name.value}.${name}`), () => readRestName(value)) ?? name;
  }
  return values;
}

function machinery({ definitions, queryType }: SubgraphDocument, problems: ProblemList): string {
  const entities = definitions.flatMap((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    const keys = attempt(problems.at(node.name.value), () => readKeys(node)) ?? [];
    return keys.some(({ resolvable }) => resolvable) ? [node.name.value] : [];
  });
  const service = `type _Service { sdl: String! } extend type ${queryType} { _service: _Service! }`;
  if (entities.length === 0) return service;
  return `${service}
    scalar _Any
    union _Entity = ${entities.join(' | ')}
    extend type ${queryType} { _entities(representations: [_Any!]!): [_Entity]! }`;
}
