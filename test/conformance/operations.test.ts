import { describe } from 'vitest';
import { example } from './example.ts';

const users = /* GraphQL */ `
  type Query { me: User }
  type Mutation { rename(name: String!): User!  login: User! }
  type Subscription { online: User! }
  type User @key(fields: "id") { id: ID!  name: String! }`;
const posts = /* GraphQL */ `
  type Query { posts: [Post!]! }
  type Mutation { publish(title: String!): Post! }
  type Post { title: String!  author: User! }
  type User @key(fields: "id") { id: ID!  posts: [Post!]! }`;
const data = {
  Query: { me: { id: '1' }, posts: [{ title: 'A', author: { id: '1' } }] },
  Mutation: {
    rename: (_: unknown, { name }: { name: string }) => ({ id: '1', name }),
    login: { id: '1' },
    publish: (_: unknown, { title }: { title: string }) => ({ title, author: { id: '2' } }),
  },
  Subscription: { online: [{ id: '1' }, { id: '2' }] },
  User: [
    { id: '1', name: 'Ada', posts: [{ title: 'A' }] },
    { id: '2', name: 'Bob', posts: [] },
  ],
};

describe('mutations', () => {
  example('run one after the other, those in a row of one subgraph by one request', {
    subgraphs: { users, posts },
    data,
    operation: `mutation M($name: String!) {
      login { id } rename(name: $name) { name posts { title } } publish(title: "B") { author { name } } again: login { name }
    }`,
    variables: { name: 'Eve' },
    plan: `
      mutation: 5 fetches in 5 waves

      wave 1
        fetch 1 from users
          mutation ($name: String!) { login { id } rename(name: $name) { name id } }

      wave 2
        fetch 2 from posts, after 1
          for each User at rename { id }
            { ... on User { posts { title } } }

      wave 3
        fetch 3 from posts, after 2
          mutation { publish(title: "B") { author { id } } }

      wave 4
        fetch 4 from users, after 3
          for each User at publish.author { id }
            { ... on User { name } }

      wave 5
        fetch 5 from users, after 4
          mutation { login { name } }`,
    answer: {
      login: { id: '1' },
      rename: { name: 'Eve', posts: [{ title: 'A' }] },
      publish: { author: { name: 'Bob' } },
      again: { name: 'Ada' },
    },
  });

  example('have all that belongs to a field before the next one runs', {
    subgraphs: { users, posts },
    data,
    operation: 'mutation { rename(name: "Eve") { posts { title } } login { id } }',
    plan: `
      mutation: 3 fetches in 3 waves

      wave 1
        fetch 1 from users
          mutation { rename(name: "Eve") { id } }

      wave 2
        fetch 2 from posts, after 1
          for each User at rename { id }
            { ... on User { posts { title } } }

      wave 3
        fetch 3 from users, after 2
          mutation { login { id } }`,
    answer: { rename: { posts: [{ title: 'A' }] }, login: { id: '1' } },
  });
});

describe('subscriptions', () => {
  example('of one subgraph have fields of others, fetched for each event', {
    subgraphs: { users, posts },
    data,
    operation: 'subscription { online { name posts { title } } }',
    plan: `
      subscription: 2 fetches in 2 waves

      wave 1
        fetch 1 from users
          subscription { online { name id } }

      wave 2
        fetch 2 from posts, after 1
          for each User at online { id }
            { ... on User { posts { title } } }`,
    answer: [{ online: { name: 'Ada', posts: [{ title: 'A' }] } }, { online: { name: 'Bob', posts: [] } }],
  });
});

describe('introspection', () => {
  example('alone asks no subgraph', {
    subgraphs: { users, posts },
    data,
    operation: '{ __schema { queryType { name } } __type(name: "Post") { fields { name } } }',
    plan: 'query: no fetches',
    answer: {
      __schema: { queryType: { name: 'Query' } },
      __type: { fields: [{ name: 'title' }, { name: 'author' }] },
    },
  });

  example('among data is answered by the gateway, in its place', {
    subgraphs: { users, posts },
    data,
    operation: '{ me { name } __type(name: "User") { kind } posts { title } }',
    plan: `
      query: 2 fetches in 1 wave

      wave 1, in parallel
        fetch 1 from users
          { me { name } }
        fetch 2 from posts
          { posts { title } }`,
    answer: { me: { name: 'Ada' }, __type: { kind: 'OBJECT' }, posts: [{ title: 'A' }] },
  });
});
