import { describe } from 'vitest';
import { example } from './example.ts';

/** https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/directives#inaccessible */
describe('@inaccessible', () => {
  example('what clients do not see serves as a key all the same', {
    subgraphs: {
      users: /* GraphQL */ `
        type Query { user: User }
        type User @key(fields: "row") { row: Int! @inaccessible  name: String! }`,
      karma: /* GraphQL */ `
        type User @key(fields: "row") { row: Int! @inaccessible  karma: Int! }`,
    },
    data: { Query: { user: { row: 12 } }, User: [{ row: 12, name: 'Ada', karma: 5 }] },
    operation: '{ user { name karma } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from users
          { user { name row } }

      wave 2
        fetch 2 from karma, after 1
          for each User at user { row }
            { ... on User { karma } }`,
    answer: { user: { name: 'Ada', karma: 5 } },
  });

  example('what clients do not see serves as a requirement all the same', {
    subgraphs: {
      users: /* GraphQL */ `
        type Query { user: User }
        type User @key(fields: "id") { id: ID!  born: Int! @inaccessible }`,
      clubs: /* GraphQL */ `
        type User @key(fields: "id") {
          id: ID!
          born: Int! @external
          isAdult: Boolean! @requires(fields: "born")
        }`,
    },
    data: {
      Query: { user: { id: '1' } },
      User: [{ id: '1', born: 1990, isAdult: ({ born }: { born: number }) => born < 2000 }],
    },
    operation: '{ user { isAdult } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from users
          { user { born id } }

      wave 2
        fetch 2 from clubs, after 1
          for each User at user { id } requires { born }
            { ... on User { isAdult } }`,
    answer: { user: { isAdult: true } },
  });

  example('an object of a type that clients do not see is null to them', {
    subgraphs: {
      animals: /* GraphQL */ `
        type Query { animals: [Animal]! }
        interface Animal { name: String! }
        type Cat implements Animal { name: String! }
        type Spy implements Animal @inaccessible { name: String! }`,
    },
    data: {
      Query: {
        animals: [
          { __typename: 'Cat', name: 'Tom' },
          { __typename: 'Spy', name: '007' },
        ],
      },
    },
    operation: '{ animals { __typename name } }',
    plan: `
      query: 1 fetch in 1 wave

      wave 1
        fetch 1 from animals
          { animals { __typename name } }`,
    answer: { animals: [{ __typename: 'Cat', name: 'Tom' }, null] },
    problems: ['animals.1: The object is of no type that the field may have.'],
    notStitched: 'it says nothing of the null',
  });
});

describe('directives that say nothing to a planner', () => {
  example('@tag changes nothing', {
    subgraphs: {
      users: /* GraphQL */ `
        type Query { user: User @tag(name: "public") }
        type User @key(fields: "id") @tag(name: "internal") { id: ID!  name: String! @tag(name: "pii") }`,
      karma: /* GraphQL */ `
        type User @key(fields: "id") { id: ID!  karma: Int! @tag(name: "game") }`,
    },
    data: { Query: { user: { id: '1' } }, User: [{ id: '1', name: 'Ada', karma: 5 }] },
    operation: '{ user { name karma } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from users
          { user { name id } }

      wave 2
        fetch 2 from karma, after 1
          for each User at user { id }
            { ... on User { karma } }`,
    answer: { user: { name: 'Ada', karma: 5 } },
  });

  example('@composeDirective keeps a directive of the team, which changes nothing', {
    subgraphs: {
      users: /* GraphQL */ `
        extend schema
          @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@composeDirective"])
          @link(url: "https://teams.example/owner/v1.0", import: ["@owner"])
          @composeDirective(name: "@owner")
        directive @owner(team: String!) on FIELD_DEFINITION
        type Query { user: User @owner(team: "accounts") }
        type User @key(fields: "id") { id: ID!  name: String! @owner(team: "accounts") }`,
      karma: /* GraphQL */ `
        type User @key(fields: "id") { id: ID!  karma: Int! }`,
    },
    data: { Query: { user: { id: '1' } }, User: [{ id: '1', name: 'Ada', karma: 5 }] },
    operation: '{ user { name karma } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from users
          { user { name id } }

      wave 2
        fetch 2 from karma, after 1
          for each User at user { id }
            { ... on User { karma } }`,
    answer: { user: { name: 'Ada', karma: 5 } },
  });
});

describe('root types', () => {
  example('a subgraph may name them as it likes', {
    subgraphs: {
      users: /* GraphQL */ `
        schema { query: Read  mutation: Write }
        type Read { user: User }
        type Write { rename(name: String!): User }
        type User @key(fields: "id") { id: ID!  name: String! }`,
      karma: /* GraphQL */ `
        schema { query: Questions }
        type Questions { best: User }
        type User @key(fields: "id") { id: ID!  karma: Int! }`,
    },
    data: {
      Query: { user: { id: '1' }, best: { id: '1' } },
      User: [{ id: '1', name: 'Ada', karma: 5 }],
    },
    operation: '{ __typename user { karma } best { name } }',
    plan: `
      query: 4 fetches in 2 waves

      wave 1, in parallel
        fetch 1 from users
          { user { id } }
        fetch 2 from karma
          { best { id } }

      wave 2, in parallel
        fetch 3 from karma, after 1
          for each User at user { id }
            { ... on User { karma } }
        fetch 4 from users, after 2
          for each User at best { id }
            { ... on User { name } }`,
    answer: { __typename: 'Query', user: { karma: 5 }, best: { name: 'Ada' } },
  });
});
