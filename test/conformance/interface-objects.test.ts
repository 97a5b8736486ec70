import { describe } from 'vitest';
import { example } from './example.ts';

/** https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/entities/interfaces */
describe('@interfaceObject', () => {
  const catalog = /* GraphQL */ `
    type Query { media: [Media!]! }
    interface Media @key(fields: "id") { id: ID!  title: String! }
    type Film implements Media @key(fields: "id") { id: ID!  title: String!  minutes: Int }
    type Song implements Media @key(fields: "id") { id: ID!  title: String! }`;
  const reviews = /* GraphQL */ `
    type Query { best: Media }
    type Media @key(fields: "id") @interfaceObject { id: ID!  stars: Int }`;
  const data = {
    Query: {
      media: [
        { __typename: 'Film', id: '1' },
        { __typename: 'Song', id: '2' },
      ],
      best: { id: '2' },
    },
    Film: [{ id: '1', title: 'Metropolis', minutes: 153, stars: 4, shelf: { code: 'F' }, isFull: false }],
    Song: [{ id: '2', title: 'Daisy Bell', stars: 5, shelf: { code: 'S' }, isFull: true }],
  };

  example('gives its fields to every object type of the interface', {
    subgraphs: { catalog, reviews },
    data,
    operation: '{ media { title stars } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from catalog
          { media { __typename title id } }

      wave 2
        fetch 2 from reviews, after 1
          for each Film | Song as Media at media[] { id }
            { ... on Media { stars } }`,
    answer: {
      media: [
        { title: 'Metropolis', stars: 4 },
        { title: 'Daisy Bell', stars: 5 },
      ],
    },
  });

  const ranked = {
    subgraphs: {
      catalog,
      reviews: /* GraphQL */ `
        type Query { loved: [Media!]! }
        type Media @key(fields: "id") @interfaceObject { id: ID!  stars: Int  rank: Int! }`,
    },
    data: {
      Query: { loved: [{ id: '1' }, { id: '2' }] },
      Film: [{ id: '1', title: 'Metropolis', stars: 4, rank: 1 }],
      Song: [{ id: '2', title: 'Daisy Bell', stars: 5, rank: null }],
    },
  };

  example('objects of other types are not asked for what would take them with it', {
    ...ranked,
    operation: '{ loved { id ... on Film { stars rank } } }',
    plan: `
      query: 3 fetches in 3 waves

      wave 1
        fetch 1 from reviews
          { loved { id stars } }

      wave 2
        fetch 2 from catalog, after 1
          for each Media at loved[] { id }
            { ... on Media { __typename } }

      wave 3
        fetch 3 from reviews, after 1, 2
          for each Film as Media at loved[] { id }
            { ... on Media { rank } }`,
    answer: { loved: [{ id: '1', stars: 4, rank: 1 }, { id: '2' }] },
    notStitched: 'it asks all of them',
  });

  example('who tells what objects are may be several fetches away', {
    subgraphs: {
      reviews: /* GraphQL */ `
        type Query { loved: [Media!]! }
        type Media @key(fields: "id") @interfaceObject { id: ID! }`,
      numbers: /* GraphQL */ `
        type Media @key(fields: "id") @key(fields: "code") @interfaceObject { id: ID!  code: ID! }`,
      catalog: /* GraphQL */ `
        interface Media @key(fields: "code") { code: ID! }
        type Film implements Media @key(fields: "code") { code: ID! }
        type Song implements Media @key(fields: "code") { code: ID! }`,
      sequels: /* GraphQL */ `
        type Film @key(fields: "id") { id: ID!  sequel: String }`,
    },
    data: {
      Query: { loved: [{ id: '1' }, { id: '2' }] },
      Film: [{ id: '1', code: 'F', sequel: 'Metropolis 2' }],
      Song: [{ id: '2', code: 'S' }],
    },
    operation: '{ loved { ... on Film { sequel } } }',
    plan: `
      query: 4 fetches in 4 waves

      wave 1
        fetch 1 from reviews
          { loved { id } }

      wave 2
        fetch 2 from numbers, after 1
          for each Media at loved[] { id }
            { ... on Media { code } }

      wave 3
        fetch 3 from catalog, after 1, 2
          for each Media at loved[] { code }
            { ... on Media { __typename } }

      wave 4
        fetch 4 from sequels, after 1, 3
          for each Film at loved[] { id }
            { ... on Film { sequel } }`,
    answer: { loved: [{ sequel: 'Metropolis 2' }, {}] },
    notStitched: 'it does not ask what they are',
  });

  example('objects of all types are asked at once for what all of them are asked for', {
    ...ranked,
    data: { ...ranked.data, Song: [{ id: '2', title: 'Daisy Bell', stars: 5, rank: 2 }] },
    operation: '{ loved { rank ... on Film { title } } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from reviews
          { loved { id rank } }

      wave 2
        fetch 2 from catalog, after 1
          for each Media at loved[] { id }
            { ... on Media { __typename } ... on Film { title } }`,
    answer: { loved: [{ rank: 1, title: 'Metropolis' }, { rank: 2 }] },
  });

  example('what an object is need not be known for fields that all have', {
    subgraphs: { catalog, reviews },
    data,
    operation: '{ best { id stars } }',
    plan: `
      query: 1 fetch in 1 wave

      wave 1
        fetch 1 from reviews
          { best { id stars } }`,
    answer: { best: { id: '2', stars: 5 } },
  });

  example('what an object is is asked of a subgraph that knows, where it makes a difference', {
    subgraphs: { catalog, reviews },
    data,
    operation: '{ best { __typename stars title ... on Film { minutes } } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from reviews
          { best { id stars } }

      wave 2
        fetch 2 from catalog, after 1
          for each Media at best { id }
            { ... on Media { __typename } ... on Film { title minutes } ... on Song { title } }`,
    answer: { best: { __typename: 'Song', stars: 5, title: 'Daisy Bell' } },
  });

  example('two of them are chained, over a key that the first of them has', {
    subgraphs: {
      catalog,
      reviews,
      shelves: /* GraphQL */ `
        type Media @key(fields: "id") @key(fields: "shelf { code }") @interfaceObject { id: ID!  shelf: Shelf! }
        type Shelf { code: String! }`,
      space: /* GraphQL */ `
        type Media @key(fields: "shelf { code }") @interfaceObject { shelf: Shelf!  isFull: Boolean! }
        type Shelf { code: String! }`,
    },
    data,
    operation: '{ media { title isFull } best { isFull } }',
    plan: `
      query: 4 fetches in 3 waves

      wave 1, in parallel
        fetch 1 from catalog
          { media { __typename title id } }
        fetch 2 from reviews
          { best { id } }

      wave 2
        fetch 3 from shelves, after 1, 2
          for each Film | Song as Media at media[] { id }
          for each Media at best { id }
            { ... on Media { shelf { code } } }

      wave 3
        fetch 4 from space, after 1, 2, 3
          for each Film | Song as Media at media[] { shelf { code } }
          for each Media at best { shelf { code } }
            { ... on Media { isFull } }`,
    answer: {
      media: [
        { title: 'Metropolis', isFull: false },
        { title: 'Daisy Bell', isFull: true },
      ],
      best: { isFull: true },
    },
    notStitched: 'object types that are only interface objects elsewhere are not known to all who have the interface',
  });

  example('its fields may require fields of the interface', {
    subgraphs: {
      catalog,
      verdicts: /* GraphQL */ `
        type Media @key(fields: "id") @interfaceObject {
          id: ID!
          title: String! @external
          verdict: String @requires(fields: "title")
        }`,
    },
    data: {
      Query: data.Query,
      Film: [{ id: '1', title: 'Metropolis', verdict: shout }],
      Song: [{ id: '2', title: 'Daisy Bell', verdict: shout }],
    },
    operation: '{ media { verdict } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from catalog
          { media { __typename title id } }

      wave 2
        fetch 2 from verdicts, after 1
          for each Film | Song as Media at media[] { id } requires { title }
            { ... on Media { verdict } }`,
    answer: { media: [{ verdict: 'Metropolis!' }, { verdict: 'Daisy Bell!' }] },
  });
});

function shout({ title }: { title: string }): string {
  return `${title}!`;
}
