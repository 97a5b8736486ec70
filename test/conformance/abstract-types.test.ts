import { describe } from 'vitest';
import { example } from './example.ts';

describe('interfaces and unions', () => {
  example('a subgraph is asked only for the members of a union that it knows', {
    subgraphs: {
      films: /* GraphQL */ `
        type Query { watch: [Result!]! }
        union Result = Film | Person
        type Film @key(fields: "id") { id: ID!  minutes: Int! }
        type Person @key(fields: "id") { id: ID!  name: String! }`,
      books: /* GraphQL */ `
        type Query { read: [Result!]! }
        union Result = Book | Person
        type Book { pages: Int! }
        type Person @key(fields: "id") { id: ID!  born: Int! }`,
    },
    data: {
      Query: {
        watch: [
          { __typename: 'Film', id: '1' },
          { __typename: 'Person', id: '2' },
        ],
        read: [
          { __typename: 'Book', pages: 300 },
          { __typename: 'Person', id: '2' },
        ],
      },
      Film: [{ id: '1', minutes: 153 }],
      Person: [{ id: '2', name: 'Fritz', born: 1890 }],
    },
    operation: `
      { watch { ...R } read { ...R } }
      fragment R on Result { ... on Film { minutes } ... on Book { pages } ... on Person { name born } }`,
    plan: `
      query: 4 fetches in 2 waves

      wave 1, in parallel
        fetch 1 from films
          { watch { __typename ... on Film { minutes } ... on Person { name id } } }
        fetch 2 from books
          { read { __typename ... on Book { pages } ... on Person { id born } } }

      wave 2, in parallel
        fetch 3 from books, after 1
          for each Person at watch[] { id }
            { ... on Person { born } }
        fetch 4 from films, after 2
          for each Person at read[] { id }
            { ... on Person { name } }`,
    answer: {
      watch: [{ minutes: 153 }, { name: 'Fritz', born: 1890 }],
      read: [{ pages: 300 }, { name: 'Fritz', born: 1890 }],
    },
  });

  example('a field of an interface is asked of those subgraphs whose types have it', {
    subgraphs: {
      zoo: /* GraphQL */ `
        type Query { animals: [Animal!]! }
        interface Animal { id: ID!  name: String! }
        type Cat implements Animal @key(fields: "id") { id: ID!  name: String! }
        type Dog implements Animal @key(fields: "id") { id: ID!  name: String! @external }`,
      kennel: /* GraphQL */ `
        interface Animal { id: ID!  name: String! }
        type Dog implements Animal @key(fields: "id") { id: ID!  name: String! }`,
    },
    data: {
      Query: {
        animals: [
          { __typename: 'Dog', id: '2' },
          { __typename: 'Cat', id: '1' },
        ],
      },
      Cat: [{ id: '1', name: 'Tom' }],
      Dog: [{ id: '2', name: 'Rex' }],
    },
    operation: '{ animals { name } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from zoo
          { animals { __typename ... on Dog { id } ... on Cat { name } } }

      wave 2
        fetch 2 from kennel, after 1
          for each Dog at animals[] { id }
            { ... on Dog { name } }`,
    answer: { animals: [{ name: 'Rex' }, { name: 'Tom' }] },
    notStitched: 'it asks the interface for a field that is external in one of the types',
  });

  example('abstract types may be within lists of lists', {
    subgraphs: {
      boards: /* GraphQL */ `
        type Query { board: [[Piece]!]! }
        union Piece = King | Pawn
        type King @key(fields: "id") { id: ID!  inCheck: Boolean! }
        type Pawn @key(fields: "id") { id: ID! }`,
      moves: /* GraphQL */ `
        type King @key(fields: "id") { id: ID!  moves: [[String!]!]! }
        type Pawn @key(fields: "id") { id: ID!  moves: [[String!]!]! }`,
    },
    data: {
      Query: { board: [[{ __typename: 'King', id: 'k' }, null], [{ __typename: 'Pawn', id: 'p' }], []] },
      King: [{ id: 'k', inCheck: true, moves: [['e1'], ['e2', 'e3']] }],
      Pawn: [{ id: 'p', moves: [] }],
    },
    operation: '{ board { ... on King { inCheck moves } ... on Pawn { moves } } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from boards
          { board { __typename ... on King { inCheck id } ... on Pawn { id } } }

      wave 2
        fetch 2 from moves, after 1
          for each King at board[][] { id }
            { ... on King { moves } }
          for each Pawn at board[][] { id }
            { ... on Pawn { moves } }`,
    answer: { board: [[{ inCheck: true, moves: [['e1'], ['e2', 'e3']] }, null], [{ moves: [] }], []] },
  });

  example('an interface that a subgraph does not have is asked for by its object types', {
    subgraphs: {
      people: /* GraphQL */ `
        type Query { actor: Actor }
        union Actor = User | Bot
        type User @key(fields: "id") { id: ID! }
        type Bot @key(fields: "id") { id: ID! }`,
      names: /* GraphQL */ `
        interface Named { name: String! }
        type User implements Named @key(fields: "id") { id: ID!  name: String! }
        type Bot implements Named @key(fields: "id") { id: ID!  name: String! }`,
    },
    data: {
      Query: { actor: { __typename: 'Bot', id: '2' } },
      User: [{ id: '1', name: 'Ada' }],
      Bot: [{ id: '2', name: 'Robbie' }],
    },
    operation: '{ actor { ... on Named { name __typename } } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from people
          { actor { __typename ... on User { id } ... on Bot { id } } }

      wave 2
        fetch 2 from names, after 1
          for each User | Bot at actor { id }
            { ... on User { name } ... on Bot { name } }`,
    answer: { actor: { name: 'Robbie', __typename: 'Bot' } },
  });
});

describe('enums and input types that differ', () => {
  example('values that only one subgraph answers are values of all', {
    subgraphs: {
      paint: /* GraphQL */ `
        type Query { paint: Colour }
        enum Colour { RED GREEN }`,
      light: /* GraphQL */ `
        type Query { light: Colour }
        enum Colour { RED BLUE }`,
    },
    data: { Query: { paint: 'GREEN', light: 'BLUE' } },
    operation: '{ paint light }',
    plan: `
      query: 2 fetches in 1 wave

      wave 1, in parallel
        fetch 1 from paint
          { paint }
        fetch 2 from light
          { light }`,
    answer: { paint: 'GREEN', light: 'BLUE' },
  });

  example('of an input type, only the fields that all subgraphs take are there for clients', {
    subgraphs: {
      books: /* GraphQL */ `
        type Query { books(filter: Filter): [String!]! }
        input Filter { text: String  pages: Int }`,
      films: /* GraphQL */ `
        type Query { films(filter: Filter): [String!]! }
        input Filter { text: String  minutes: Int }`,
    },
    data: { Query: { books: echo, films: echo } },
    operation: 'query Q($filter: Filter) { books(filter: $filter) films(filter: { text: "b" }) }',
    variables: { filter: { text: 'a' } },
    plan: `
      query: 2 fetches in 1 wave

      wave 1, in parallel
        fetch 1 from books
          query ($filter: Filter) { books(filter: $filter) }
        fetch 2 from films
          { films(filter: {text: "b"}) }`,
    sent: { books: [{ filter: { text: 'a' } }], films: [{}] },
    answer: { books: ['{"filter":{"text":"a"}}'], films: ['{"filter":{"text":"b"}}'] },
  });
});

/** What a field was asked with. */
function echo(_object: unknown, args: unknown): readonly string[] {
  return [JSON.stringify(args)];
}
