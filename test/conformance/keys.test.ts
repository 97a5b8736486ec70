import { describe } from 'vitest';
import { example } from './example.ts';

/** https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/entities/intro */
describe('@key', () => {
  example('an entity is loaded from another subgraph by its key, once however often it is referred to', {
    subgraphs: {
      products: /* GraphQL */ `
        type Query { products: [Product!]! }
        type Product @key(fields: "upc") { upc: ID!  name: String! }`,
      reviews: /* GraphQL */ `
        type Product @key(fields: "upc") { upc: ID!  stars: Int! }`,
    },
    data: {
      Query: { products: [{ upc: '1' }, { upc: '2' }, { upc: '1' }] },
      Product: [
        { upc: '1', name: 'Table', stars: 4 },
        { upc: '2', name: 'Chair', stars: 5 },
      ],
    },
    operation: '{ products { name stars } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from products
          { products { name upc } }

      wave 2
        fetch 2 from reviews, after 1
          for each Product at products[] { upc }
            { ... on Product { stars } }`,
    sent: {
      reviews: [
        {
          representations: [
            { __typename: 'Product', upc: '1' },
            { __typename: 'Product', upc: '2' },
          ],
        },
      ],
    },
    answer: {
      products: [
        { name: 'Table', stars: 4 },
        { name: 'Chair', stars: 5 },
        { name: 'Table', stars: 4 },
      ],
    },
  });

  example('of several keys, the one is sent that both subgraphs know', {
    subgraphs: {
      catalog: /* GraphQL */ `
        type Query { book: Book }
        type Book @key(fields: "id") @key(fields: "isbn") { id: ID!  isbn: String!  title: String! }`,
      library: /* GraphQL */ `
        type Book @key(fields: "shelf") @key(fields: "isbn") { isbn: String!  shelf: Int!  isLent: Boolean! }`,
    },
    data: {
      Query: { book: { id: 'b1' } },
      Book: [{ id: 'b1', isbn: '978', title: 'Emma', shelf: 7, isLent: false }],
    },
    operation: '{ book { title isLent } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from catalog
          { book { title isbn } }

      wave 2
        fetch 2 from library, after 1
          for each Book at book { isbn }
            { ... on Book { isLent } }`,
    answer: { book: { title: 'Emma', isLent: false } },
  });

  example('a compound key is sent whole', {
    subgraphs: {
      flights: /* GraphQL */ `
        type Query { departures: [Flight!]! }
        type Flight @key(fields: "number date") { number: String!  date: String!  gate: String }`,
      crews: /* GraphQL */ `
        type Flight @key(fields: "number date") { number: String!  date: String!  captain: String }`,
    },
    data: {
      Query: {
        departures: [
          { number: 'OV1', date: 'Mon' },
          { number: 'OV1', date: 'Tue' },
        ],
      },
      Flight: [
        { number: 'OV1', date: 'Mon', gate: 'A1', captain: 'Ada' },
        { number: 'OV1', date: 'Tue', gate: 'A2', captain: 'Bob' },
      ],
    },
    operation: '{ departures { gate captain } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from flights
          { departures { gate number date } }

      wave 2
        fetch 2 from crews, after 1
          for each Flight at departures[] { number date }
            { ... on Flight { captain } }`,
    answer: {
      departures: [
        { gate: 'A1', captain: 'Ada' },
        { gate: 'A2', captain: 'Bob' },
      ],
    },
  });

  example('a nested key is sent as objects', {
    subgraphs: {
      staff: /* GraphQL */ `
        type Query { employees: [Employee!]! }
        type Employee @key(fields: "id office { city { code } }") { id: ID!  office: Office!  name: String! }
        type Office { city: City! }
        type City { code: String! }`,
      payroll: /* GraphQL */ `
        type Employee @key(fields: "id office { city { code } }") { id: ID!  office: Office!  salary: Int! }
        type Office { city: City! }
        type City { code: String! }`,
    },
    data: {
      Query: { employees: [{ id: '1' }, { id: '2' }] },
      Employee: [
        { id: '1', office: { city: { code: 'BER' } }, name: 'Ada', salary: 10 },
        { id: '2', office: { city: { code: 'PAR' } }, name: 'Bob', salary: 20 },
      ],
    },
    operation: '{ employees { name salary } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from staff
          { employees { name id office { city { code } } } }

      wave 2
        fetch 2 from payroll, after 1
          for each Employee at employees[] { id office { city { code } } }
            { ... on Employee { salary } }`,
    answer: {
      employees: [
        { name: 'Ada', salary: 10 },
        { name: 'Bob', salary: 20 },
      ],
    },
  });

  example('an entity may be part of a key', {
    subgraphs: {
      booking: /* GraphQL */ `
        type Query { seats: [Seat!]! }
        type Seat @key(fields: "row flight { number }") { row: Int!  flight: Flight! }
        type Flight @key(fields: "number") { number: String! }`,
      cabin: /* GraphQL */ `
        type Seat @key(fields: "row flight { number }") { row: Int!  flight: Flight!  isWindow: Boolean! }
        type Flight @key(fields: "number", resolvable: false) { number: String! }`,
      airport: /* GraphQL */ `
        type Flight @key(fields: "number") { number: String!  gate: String! }`,
    },
    data: {
      Query: {
        seats: [
          { row: 1, flight: { number: 'OV1' } },
          { row: 1, flight: { number: 'OV2' } },
        ],
      },
      Seat: [
        { row: 1, flight: { number: 'OV1' }, isWindow: true },
        { row: 1, flight: { number: 'OV2' }, isWindow: false },
      ],
      Flight: [
        { number: 'OV1', gate: 'A1' },
        { number: 'OV2', gate: 'A2' },
      ],
    },
    operation: '{ seats { isWindow flight { gate } } }',
    plan: `
      query: 3 fetches in 2 waves

      wave 1
        fetch 1 from booking
          { seats { row flight { number } } }

      wave 2, in parallel
        fetch 2 from cabin, after 1
          for each Seat at seats[] { row flight { number } }
            { ... on Seat { isWindow } }
        fetch 3 from airport, after 1
          for each Flight at seats[].flight { number }
            { ... on Flight { gate } }`,
    answer: {
      seats: [
        { isWindow: true, flight: { gate: 'A1' } },
        { isWindow: false, flight: { gate: 'A2' } },
      ],
    },
  });

  example('with resolvable: false a subgraph refers to entities and is never asked for one', {
    subgraphs: {
      orders: /* GraphQL */ `
        type Query { order: Order }
        type Order { id: ID!  customer: Customer! }
        type Customer @key(fields: "id", resolvable: false) { id: ID! }`,
      customers: /* GraphQL */ `
        type Query { customer: Customer }
        type Customer @key(fields: "id") { id: ID!  name: String! }`,
    },
    data: {
      Query: { order: { id: 'o1', customer: { id: 'c1' } }, customer: { id: 'c1' } },
      Customer: [{ id: 'c1', name: 'Ada' }],
    },
    operation: '{ order { customer { id name } } customer { id } }',
    plan: `
      query: 3 fetches in 2 waves

      wave 1, in parallel
        fetch 1 from orders
          { order { customer { id } } }
        fetch 2 from customers
          { customer { id } }

      wave 2
        fetch 3 from customers, after 1
          for each Customer at order.customer { id }
            { ... on Customer { name } }`,
    answer: { order: { customer: { id: 'c1', name: 'Ada' } }, customer: { id: 'c1' } },
  });

  example('where two subgraphs share no key, a third leads from one to the other', {
    subgraphs: {
      shop: /* GraphQL */ `
        type Query { item: Item }
        type Item @key(fields: "id") { id: ID!  title: String! }`,
      codes: /* GraphQL */ `
        type Item @key(fields: "id") @key(fields: "sku") { id: ID!  sku: String! }`,
      warehouse: /* GraphQL */ `
        type Item @key(fields: "sku") { sku: String!  stock: Int! }`,
    },
    data: { Query: { item: { id: '1' } }, Item: [{ id: '1', sku: 'T-1', title: 'Table', stock: 3 }] },
    operation: '{ item { title stock } }',
    plan: `
      query: 3 fetches in 3 waves

      wave 1
        fetch 1 from shop
          { item { title id } }

      wave 2
        fetch 2 from codes, after 1
          for each Item at item { id }
            { ... on Item { sku } }

      wave 3
        fetch 3 from warehouse, after 1, 2
          for each Item at item { sku }
            { ... on Item { stock } }`,
    answer: { item: { title: 'Table', stock: 3 } },
  });

  example('objects at several places are loaded by one request', {
    subgraphs: {
      forum: /* GraphQL */ `
        type Query { thread: Thread  pinned: [Post!]! }
        type Thread { author: User!  posts: [Post!]! }
        type Post { author: User!  editor: User }
        type User @key(fields: "id") { id: ID! }`,
      users: /* GraphQL */ `
        type User @key(fields: "id") { id: ID!  name: String!  karma: Int! }`,
    },
    data: {
      Query: {
        thread: { author: { id: '1' }, posts: [{ author: { id: '2' }, editor: { id: '1' } }, { author: { id: '2' } }] },
        pinned: [{ author: { id: '1' }, editor: null }],
      },
      User: [
        { id: '1', name: 'Ada', karma: 7 },
        { id: '2', name: 'Bob', karma: 8 },
      ],
    },
    operation: '{ thread { author { name } posts { author { name } editor { karma } } } pinned { author { karma } } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from forum
          { thread { author { id } posts { author { id } editor { id } } } pinned { author { id } } }

      wave 2
        fetch 2 from users, after 1
          for each User at thread.author { id }
          for each User at thread.posts[].author { id }
            { ... on User { name } }
          for each User at thread.posts[].editor { id }
          for each User at pinned[].author { id }
            { ... on User { karma } }`,
    answer: {
      thread: {
        author: { name: 'Ada' },
        posts: [
          { author: { name: 'Bob' }, editor: { karma: 7 } },
          { author: { name: 'Bob' }, editor: null },
        ],
      },
      pinned: [{ author: { karma: 7 } }],
    },
  });

  example('objects of an interface with a key are loaded as the interface, or as what they are', {
    subgraphs: {
      search: /* GraphQL */ `
        type Query { hits: [Node!]! }
        interface Node @key(fields: "id") { id: ID! }
        type Page implements Node @key(fields: "id") { id: ID! }
        type Image implements Node @key(fields: "id") { id: ID! }`,
      content: /* GraphQL */ `
        interface Node @key(fields: "id") { id: ID!  title: String! }
        type Page implements Node @key(fields: "id") { id: ID!  title: String!  text: String! }
        type Image implements Node @key(fields: "id") { id: ID!  title: String! }`,
    },
    data: {
      Query: {
        hits: [
          { __typename: 'Image', id: '2' },
          { __typename: 'Page', id: '1' },
        ],
      },
      Page: [{ id: '1', title: 'Home', text: 'Welcome' }],
      Image: [{ id: '2', title: 'Logo' }],
    },
    operation: '{ hits { title ... on Page { text } } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from search
          { hits { __typename ... on Page { id } ... on Image { id } } }

      wave 2
        fetch 2 from content, after 1
          for each Page at hits[] { id }
            { ... on Page { title text } }
          for each Image at hits[] { id }
            { ... on Image { title } }`,
    answer: { hits: [{ title: 'Logo' }, { title: 'Home', text: 'Welcome' }] },
  });
});
