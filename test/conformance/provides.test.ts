import { describe } from 'vitest';
import { example } from './example.ts';

/** https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/directives#provides */
describe('@provides', () => {
  const users = /* GraphQL */ `
    type User @key(fields: "id") { id: ID!  name: String!  address: Address }
    type Address { city: String!  street: String! }`;

  example('what a field brings along is not fetched again, and only there', {
    subgraphs: {
      reviews: /* GraphQL */ `
        type Query { latest: Review  worst: Review }
        type Review @key(fields: "id") { id: ID!  author: User! @provides(fields: "name")  approver: User! }
        type User @key(fields: "id") { id: ID!  name: String! @external }`,
      users: /* GraphQL */ `
        type User @key(fields: "id") { id: ID!  name: String! }`,
    },
    data: {
      Query: { latest: { id: 'r1' }, worst: { id: 'r1' } },
      Review: [{ id: 'r1', author: { id: '1' }, approver: { id: '2' } }],
      User: [
        { id: '1', name: 'Ada' },
        { id: '2', name: 'Bob' },
      ],
    },
    operation: '{ latest { author { name } } worst { author { name } approver { name } } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from reviews
          { latest { author { name } } worst { author { name } approver { id } } }

      wave 2
        fetch 2 from users, after 1
          for each User at worst.approver { id }
            { ... on User { name } }`,
    answer: { latest: { author: { name: 'Ada' } }, worst: { author: { name: 'Ada' }, approver: { name: 'Bob' } } },
  });

  example('parts of objects can be brought along', {
    subgraphs: {
      orders: /* GraphQL */ `
        type Query { order: Order }
        type Order { id: ID!  buyer: User! @provides(fields: "address { city }") }
        type User @key(fields: "id") { id: ID!  address: Address @external }
        type Address { city: String! @external }`,
      users,
    },
    data: {
      Query: { order: { id: 'o1', buyer: { id: '1' } } },
      User: [{ id: '1', name: 'Ada', address: { city: 'Lisbon', street: 'Rua 1' } }],
    },
    operation: '{ order { buyer { address { city } } } }',
    plan: `
      query: 1 fetch in 1 wave

      wave 1
        fetch 1 from orders
          { order { buyer { address { city } } } }`,
    answer: { order: { buyer: { address: { city: 'Lisbon' } } } },
  });

  example('of a union, each member brings its own', {
    subgraphs: {
      feed: /* GraphQL */ `
        type Query { feed: [Story!]! @provides(fields: "... on Film { title } ... on Song { seconds }") }
        union Story = Film | Song
        type Film @key(fields: "id") { id: ID!  title: String! @external }
        type Song @key(fields: "id") { id: ID!  seconds: Int! @external }`,
      media: /* GraphQL */ `
        type Film @key(fields: "id") { id: ID!  title: String! }
        type Song @key(fields: "id") { id: ID!  title: String!  seconds: Int! }`,
    },
    data: {
      Query: {
        feed: [
          { __typename: 'Song', id: '2' },
          { __typename: 'Film', id: '1' },
        ],
      },
      Film: [{ id: '1', title: 'Metropolis' }],
      Song: [{ id: '2', title: 'Daisy Bell', seconds: 180 }],
    },
    operation: '{ feed { ... on Film { title } ... on Song { title seconds } } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from feed
          { feed { __typename ... on Film { title } ... on Song { id seconds } } }

      wave 2
        fetch 2 from media, after 1
          for each Song at feed[] { id }
            { ... on Song { title } }`,
    answer: { feed: [{ title: 'Daisy Bell', seconds: 180 }, { title: 'Metropolis' }] },
  });

  example('of an interface, each object type brings what is said for it', {
    subgraphs: {
      feed: /* GraphQL */ `
        type Query { top: [Media!]! @provides(fields: "... on Film { title } ... on Song { title }") }
        interface Media { id: ID!  title: String! }
        type Film implements Media @key(fields: "id") { id: ID!  title: String! @external }
        type Song implements Media @key(fields: "id") { id: ID!  title: String! @external }`,
      media: /* GraphQL */ `
        type Film @key(fields: "id") { id: ID!  title: String!  minutes: Int! }
        type Song @key(fields: "id") { id: ID!  title: String! }`,
    },
    data: {
      Query: {
        top: [
          { __typename: 'Film', id: '1' },
          { __typename: 'Song', id: '2' },
        ],
      },
      Film: [{ id: '1', title: 'Metropolis', minutes: 153 }],
      Song: [{ id: '2', title: 'Daisy Bell' }],
    },
    operation: '{ top { title ... on Film { minutes } } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from feed
          { top { __typename ... on Film { title id } ... on Song { title } } }

      wave 2
        fetch 2 from media, after 1
          for each Film at top[] { id }
            { ... on Film { minutes } }`,
    answer: { top: [{ title: 'Metropolis', minutes: 153 }, { title: 'Daisy Bell' }] },
  });
});
