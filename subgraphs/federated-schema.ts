import { makeExecutableSchema } from '@graphql-tools/schema';
import type { IResolvers } from '@graphql-tools/utils';
import type { GraphQLSchema } from 'graphql';

/** What a gateway sends to ask for one entity: its type, its key, and the fields that `@requires` names. */
interface Representation {
  readonly __typename: string;
  readonly [field: string]: unknown;
}

export interface FederatedSchemaOptions {
  /** SDL with federation directives. */
  readonly sdl: string;
  readonly resolvers: IResolvers;
  /** How an entity is found, by type name; `undefined` when there is none. */
  readonly entities: Readonly<Record<string, (representation: Representation) => object | undefined>>;
}

/** Makes a service a subgraph: adds `_service` and `_entities` (https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec). */
export function createFederatedSchema({ sdl, resolvers, entities }: FederatedSchemaOptions): GraphQLSchema {
  const load = new Map(Object.entries(entities));
  const machinery = /* GraphQL */ `
    directive @link(url: String!, import: [String!]) repeatable on SCHEMA
    directive @key(fields: String!) repeatable on OBJECT
    directive @requires(fields: String!) on FIELD_DEFINITION
    directive @provides(fields: String!) on FIELD_DEFINITION
    directive @external on FIELD_DEFINITION
    directive @shareable on FIELD_DEFINITION

    scalar _Any
    union _Entity = ${[...load.keys()].join(' | ')}
    type _Service {
      sdl: String!
    }
    extend type Query {
      _entities(representations: [_Any!]!): [_Entity]!
      _service: _Service!
    }
  `;
  const loadEntity = (representation: Representation) => {
    const entity = load.get(representation.__typename)?.(representation);
    return entity === undefined ? undefined : { ...entity, __typename: representation.__typename };
  };
  const root = {
    _service: () => ({ sdl }),
    _entities: (_: unknown, { representations }: { representations: readonly Representation[] }) =>
      representations.map(loadEntity),
  };
  return makeExecutableSchema({ typeDefs: [sdl, machinery], resolvers: [resolvers, { Query: root }] });
}
