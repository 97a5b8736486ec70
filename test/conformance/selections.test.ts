import { describe } from 'vitest';
import { example } from './example.ts';

const users = /* GraphQL */ `
  type Query { me: User  users: [User!]! }
  type User @key(fields: "id") { id: ID!  name: String!  friends: [User!]!  photo(size: Int = 10): String! }`;
const posts = /* GraphQL */ `
  type User @key(fields: "id") { id: ID!  posts(first: Int): [Post!]! }
  type Post @key(fields: "id") { id: ID!  title: String! }`;
const data = {
  Query: { me: { id: '1' }, users: [{ id: '1' }, { id: '2' }] },
  User: [
    { id: '1', name: 'Ada', friends: [{ id: '2' }], photo: toPhoto, posts: firstOf([{ id: 'a' }, { id: 'b' }]) },
    { id: '2', name: 'Bob', friends: [], photo: toPhoto, posts: firstOf([{ id: 'c' }]) },
  ],
  Post: [
    { id: 'a', title: 'A' },
    { id: 'b', title: 'B' },
    { id: 'c', title: 'C' },
  ],
};

describe('__typename', () => {
  example('can be asked for anywhere, and asks nothing of subgraphs where it is known', {
    subgraphs: { users, posts },
    data,
    operation: '{ __typename me { __typename name type: __typename posts { __typename } } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from users
          { me { name id } }

      wave 2
        fetch 2 from posts, after 1
          for each User at me { id }
            { ... on User { posts { __typename } } }`,
    answer: {
      __typename: 'Query',
      me: { __typename: 'User', name: 'Ada', type: 'User', posts: [{ __typename: 'Post' }, { __typename: 'Post' }] },
    },
  });

  example('at the root alone asks no subgraph', {
    subgraphs: { users, posts },
    data,
    operation: '{ __typename root: __typename }',
    plan: 'query: no fetches',
    answer: { __typename: 'Query', root: 'Query' },
  });
});

describe('aliases', () => {
  example('are of the answer, not of what subgraphs are asked', {
    subgraphs: { users, posts },
    data,
    operation: '{ id: me { title: name  name: id } }',
    plan: `
      query: 1 fetch in 1 wave

      wave 1
        fetch 1 from users
          { me { name id } }`,
    answer: { id: { title: 'Ada', name: '1' } },
  });

  example('with other arguments a field is asked for a second time, under a key of the gateway', {
    subgraphs: { users, posts },
    data,
    operation:
      '{ me { small: photo large: photo(size: 99) same: photo first: posts(first: 1) { id } all: posts { title } } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from users
          { me { photo photo__1: photo(size: 99) id } }

      wave 2
        fetch 2 from posts, after 1
          for each User at me { id }
            { ... on User { posts(first: 1) { id } posts__1: posts { title } } }`,
    answer: {
      me: {
        small: 'Ada 10',
        large: 'Ada 99',
        same: 'Ada 10',
        first: [{ id: 'a' }],
        all: [{ title: 'A' }, { title: 'B' }],
      },
    },
  });

  example('one response key may stand for other fields and arguments in each type condition', {
    subgraphs: {
      shop: /* GraphQL */ `
        type Query { things: [Thing!]! }
        union Thing = Book | Film
        type Book { size(unit: String!): Int!  name: String! }
        type Film { size(unit: String!): Int!  title: String!  year: Int! }`,
      nothing: /* GraphQL */ `
        type Query { nothing: Int }`,
    },
    data: {
      Query: {
        things: [
          { __typename: 'Book', size: sizeOf, name: 'Emma' },
          { __typename: 'Film', size: sizeOf, title: 'Heat', year: 1995 },
        ],
      },
    },
    operation: `{ things {
      ... on Book { size(unit: "mm") label: name }
      ... on Film { size(unit: "minutes") label: title }
    } }`,
    plan: `
      query: 1 fetch in 1 wave

      wave 1
        fetch 1 from shop
          {
            things {
              __typename
              ... on Book {
                size(unit: "mm")
                name
              }
              ... on Film {
                size__1: size(unit: "minutes")
                title
              }
            }
          }`,
    answer: {
      things: [
        { size: 2, label: 'Emma' },
        { size: 7, label: 'Heat' },
      ],
    },
  });
});

describe('aliases of entities', () => {
  example('one response key may stand for other arguments in each type condition, in another subgraph too', {
    subgraphs: {
      shop: /* GraphQL */ `
        type Query { basket: [Item!]! }
        union Item = Book | Film
        type Book @key(fields: "id") { id: ID! }
        type Film @key(fields: "id") { id: ID! }`,
      prices: /* GraphQL */ `
        interface Priced { price(currency: String!): String!  offers: [Offer!]! }
        type Offer { text(language: String!): String! }
        type Book implements Priced @key(fields: "id") {
          id: ID!
          price(currency: String!): String!
          offers: [Offer!]!
        }
        type Film implements Priced @key(fields: "id") {
          id: ID!
          price(currency: String!): String!
          offers: [Offer!]!
        }`,
    },
    data: {
      Query: {
        basket: [
          { __typename: 'Film', id: '2' },
          { __typename: 'Book', id: '1' },
        ],
      },
      Book: [{ id: '1', price: inCurrency(9), offers: [{ text: inLanguage }] }],
      Film: [{ id: '2', price: inCurrency(5), offers: [{ text: inLanguage }] }],
    },
    operation: `{ basket {
      ... on Book { cost: price(currency: "EUR") offers { text(language: "pt") } }
      ... on Film { cost: price(currency: "USD") offers { text(language: "de") } }
      ... on Priced { price(currency: "EUR") offers { inEnglish: text(language: "en") } }
    } }`,
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from shop
          { basket { __typename ... on Book { id } ... on Film { id } } }

      wave 2
        fetch 2 from prices, after 1
          for each Book at basket[] { id }
            {
              ... on Book {
                price(currency: "EUR")
                offers {
                  text(language: "pt")
                  text__1: text(language: "en")
                }
              }
            }
          for each Film at basket[] { id }
            {
              ... on Film {
                price(currency: "USD")
                offers {
                  text(language: "de")
                  text__1: text(language: "en")
                }
                price__1: price(currency: "EUR")
              }
            }`,
    answer: {
      basket: [
        { cost: '5 USD', offers: [{ text: 'in de', inEnglish: 'in en' }], price: '5 EUR' },
        { cost: '9 EUR', offers: [{ text: 'in pt', inEnglish: 'in en' }], price: '9 EUR' },
      ],
    },
  });
});

describe('fragments', () => {
  example('are spread over what each subgraph answers, and fields that are selected twice are asked for once', {
    subgraphs: { users, posts },
    data,
    operation: `
      query Q { me { ...A ...B } users { ...B } }
      fragment A on User { name posts { id ...C } }
      fragment B on User { ... { name } ... on User { posts { title } } }
      fragment C on Post { id }`,
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from users
          { me { name id } users { name id } }

      wave 2
        fetch 2 from posts, after 1
          for each User at me { id }
            { ... on User { posts { id title } } }
          for each User at users[] { id }
            { ... on User { posts { title } } }`,
    answer: {
      me: {
        name: 'Ada',
        posts: [
          { id: 'a', title: 'A' },
          { id: 'b', title: 'B' },
        ],
      },
      users: [
        { name: 'Ada', posts: [{ title: 'A' }, { title: 'B' }] },
        { name: 'Bob', posts: [{ title: 'C' }] },
      ],
    },
  });
});

/** A plan is made for the values of the conditions, so what is left out is not asked for. */
describe('@skip and @include', () => {
  const operation = `
    query Q($posts: Boolean!, $friends: Boolean = true, $name: Boolean!) {
      me @skip(if: false) {
        id
        ... @include(if: $name) { name }
        friends @include(if: $friends) { ...Posts @skip(if: $name) }
        ...Posts @include(if: $posts)
      }
      users @include(if: false) { id }
    }
    fragment Posts on User { posts @include(if: $posts) { title } }`;

  example('leave out whole fetches', {
    subgraphs: { users, posts },
    data,
    operation,
    variables: { posts: false, name: true },
    plan: `
      query: 1 fetch in 1 wave

      wave 1
        fetch 1 from users
          { me { id name friends { __typename } } }`,
    answer: { me: { id: '1', name: 'Ada', friends: [{}] } },
  });

  example('let in what the values say', {
    subgraphs: { users, posts },
    data,
    operation,
    variables: { posts: true, name: false, friends: true },
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from users
          { me { id friends { id } } }

      wave 2
        fetch 2 from posts, after 1
          for each User at me.friends[] { id }
          for each User at me { id }
            { ... on User { posts { title } } }`,
    answer: { me: { id: '1', friends: [{ posts: [{ title: 'C' }] }], posts: [{ title: 'A' }, { title: 'B' }] } },
  });
});

function toPhoto({ name }: { name: string }, { size }: { size: number }): string {
  return `${name} ${size}`;
}

function firstOf(items: readonly object[]) {
  return (_user: unknown, { first = items.length }: { first?: number }) => items.slice(0, first);
}

function inCurrency(amount: number) {
  return (_item: unknown, { currency }: { currency: string }) => `${amount} ${currency}`;
}

function inLanguage(_offer: unknown, { language }: { language: string }): string {
  return `in ${language}`;
}

function sizeOf(_thing: unknown, { unit }: { unit: string }): number {
  return unit.length;
}
