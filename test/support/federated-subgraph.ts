import { makeExecutableSchema } from '@graphql-tools/schema';
import {
  execute,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  subscribe,
} from 'graphql';
import type { FetchRequest, FetchResult, Transport } from '../../gateway/transport/send.ts';

type Source = Readonly<Record<string, unknown>>;
type Resolvers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const federationDefinitions = /* GraphQL */ `
  scalar _Any
  scalar FieldSet
  scalar link__Import
  directive @link(url: String!, as: String, import: [link__Import]) repeatable on SCHEMA
  directive @key(fields: FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
  directive @requires(fields: FieldSet!) on FIELD_DEFINITION
  directive @provides(fields: FieldSet!) on FIELD_DEFINITION
  directive @external on FIELD_DEFINITION | OBJECT
  directive @shareable repeatable on FIELD_DEFINITION | OBJECT
  directive @override(from: String!, label: String) on FIELD_DEFINITION
  directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ENUM | ENUM_VALUE | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
  directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  directive @interfaceObject on OBJECT
  directive @extends on OBJECT | INTERFACE
`;

export interface TestSubgraph {
  readonly name: string;
  readonly sdl: string;
  readonly transport: Transport;
  /** Every operation that it was sent, as text. */
  readonly operations: string[];
}

export interface TestSubgraphOptions {
  readonly name: string;
  /** Federation SDL, `@link` and all. */
  readonly sdl: string;
  /** As for `makeExecutableSchema`; `__resolveReference(representation)` on entity types. */
  readonly resolvers: Resolvers;
}

/** A federated subgraph that runs in this process, reached through a `Transport` like any other. */
export function createTestSubgraph({ name, sdl, resolvers }: TestSubgraphOptions): TestSubgraph {
  const schema = createFederatedSchema(sdl, resolvers);
  const operations: string[] = [];
  const run = (request: FetchRequest) => ({
    schema,
    document: parse(request.operation.text),
    variableValues: request.variables ?? {},
    operationName: request.operation.name,
  });
  return {
    name,
    sdl,
    operations,
    transport: {
      async send(request) {
        operations.push(request.operation.text);
        return toJson(await execute(run(request)));
      },
      async subscribe(request) {
        operations.push(request.operation.text);
        const events = await subscribe(run(request));
        if (Symbol.asyncIterator in events) return events as AsyncIterable<FetchResult>;
        throw new Error(JSON.stringify(events.errors));
      },
    },
  };
}

function toJson(result: unknown): FetchResult {
  return JSON.parse(JSON.stringify(result)) as FetchResult;
}

function createFederatedSchema(sdl: string, resolvers: Resolvers): GraphQLSchema {
  const entities = parse(sdl).definitions.flatMap((definition) =>
    (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION) &&
    definition.directives?.some((directive) => directive.name.value === 'key')
      ? [definition.name.value]
      : [],
  );
  const union =
    entities.length === 0
      ? ''
      : `union _Entity = ${[...new Set(entities)].join(' | ')}
    extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`;
  const { Query = {}, ...types } = resolvers;
  return makeExecutableSchema({
    typeDefs: [federationDefinitions, /type Query\b/.test(sdl) ? '' : 'type Query { _empty: Boolean }', sdl, union],
    resolvers: {
      ...withoutReferences(types),
      Query: {
        ...Query,
        ...(entities.length === 0
          ? {}
          : {
              _entities: (
                _: unknown,
                { representations }: { representations: Source[] },
                context: unknown,
                info: GraphQLResolveInfo,
              ) => representations.map((representation) => resolveReference(representation, resolvers, context, info)),
            }),
      },
      ...(entities.length === 0 ? {} : { _Entity: { __resolveType: (value: Source) => value['__typename'] } }),
    },
    resolverValidationOptions: { requireResolversToMatchSchema: 'ignore' },
    inheritResolversFromInterfaces: true,
  });
}

function withoutReferences(resolvers: Resolvers): Resolvers {
  return Object.fromEntries(
    Object.entries(resolvers).map(([type, { __resolveReference, ...fields }]) => [type, fields]),
  );
}

async function resolveReference(
  representation: Source,
  resolvers: Resolvers,
  context: unknown,
  info: GraphQLResolveInfo,
) {
  const typeName = String(representation['__typename']);
  const type = info.schema.getType(typeName);
  if (!isObjectType(type) && !isInterfaceType(type)) throw new Error(`There is no type ${typeName} here.`);
  const resolve = resolvers[typeName]?.['__resolveReference'];
  const entity = typeof resolve === 'function' ? await resolve(representation, context, info) : representation;
  return entity === null || entity === undefined ? null : { __typename: typeName, ...entity };
}
