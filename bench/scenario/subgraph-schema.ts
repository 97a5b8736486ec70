import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import type { Service } from './services.ts';

const federation = /* GraphQL */ `
  scalar _Any
  scalar FieldSet
  scalar link__Import
  type _Service { sdl: String! }
  directive @link(url: String!, import: [link__Import]) repeatable on SCHEMA
  directive @key(fields: FieldSet!) repeatable on OBJECT
  directive @external on FIELD_DEFINITION
  directive @requires(fields: FieldSet!) on FIELD_DEFINITION
  directive @provides(fields: FieldSet!) on FIELD_DEFINITION
`;

/** The executable schema of a service, with what federation asks of it: `_service` and `_entities`. */
export function createSubgraphSchema({ sdl, fields, entities }: Service): GraphQLSchema {
  const resolveEntity = (representation: Record<string, unknown>) => {
    const typeName = String(representation['__typename']);
    if (!Object.hasOwn(entities, typeName)) throw new Error(`There is no entity ${typeName} here.`);
    const entity = entities[typeName]?.(representation);
    return entity ? { ...entity, __typename: typeName } : null;
  };
  return makeExecutableSchema({
    typeDefs: [
      federation,
      sdl,
      `union _Entity = ${Object.keys(entities).join(' | ')}
      ${/type Query\b/.test(sdl) ? 'extend type' : 'type'} Query {
        _service: _Service!
        _entities(representations: [_Any!]!): [_Entity]!
      }`,
    ],
    resolvers: {
      ...fields,
      Query: {
        ...fields['Query'],
        _service: () => ({ sdl }),
        _entities: (_: unknown, { representations }: { representations: Record<string, unknown>[] }) =>
          representations.map(resolveEntity),
      },
      _Entity: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
    },
  });
}
