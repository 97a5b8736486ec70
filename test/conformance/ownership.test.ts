import { describe } from 'vitest';
import { example } from './example.ts';

/** https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/directives#shareable */
describe('@shareable', () => {
  example('what the subgraph at hand has is not asked of another', {
    subgraphs: {
      catalog: /* GraphQL */ `
        type Query { product: Product }
        type Product @key(fields: "upc") { upc: ID!  name: String! @shareable }`,
      search: /* GraphQL */ `
        type Query { found: [Product!]! }
        type Product @key(fields: "upc") { upc: ID!  name: String! @shareable  score: Float! }`,
    },
    data: {
      Query: { product: { upc: '1' }, found: [{ upc: '1' }] },
      Product: [{ upc: '1', name: 'Table', score: 0.5 }],
    },
    operation: '{ found { name score } }',
    plan: `
      query: 1 fetch in 1 wave

      wave 1
        fetch 1 from search
          { found { name score } }`,
    answer: { found: [{ name: 'Table', score: 0.5 }] },
  });

  example('root fields that several subgraphs have are asked of the one that knows most', {
    subgraphs: {
      small: /* GraphQL */ `
        type Query { me: User @shareable }
        type User @key(fields: "id") { id: ID!  name: String! @shareable }`,
      large: /* GraphQL */ `
        type Query { me: User @shareable }
        type User @key(fields: "id") { id: ID!  name: String! @shareable  email: String!  age: Int! }`,
    },
    data: { Query: { me: { id: '1' } }, User: [{ id: '1', name: 'Ada', email: 'ada@home', age: 36 }] },
    operation: '{ me { name email age } }',
    plan: `
      query: 1 fetch in 1 wave

      wave 1
        fetch 1 from large
          { me { name email age } }`,
    answer: { me: { name: 'Ada', email: 'ada@home', age: 36 } },
  });

  example('a type without keys that two subgraphs share in parts is put together from both', {
    subgraphs: {
      geometry: /* GraphQL */ `
        type Query { map: Map @shareable }
        type Map @shareable { width: Int!  legend: Legend! }
        type Legend @shareable { title: String! }`,
      colours: /* GraphQL */ `
        type Query { map: Map @shareable }
        type Map { legend: Legend! @shareable  palette: String! }
        type Legend { title: String! @shareable  colours: [String!]! }`,
    },
    data: {
      Query: { map: { width: 9, legend: { title: 'Rivers', colours: ['blue'] }, palette: 'sea' } },
    },
    operation: '{ map { width legend { title colours } palette } }',
    plan: `
      query: 2 fetches in 1 wave

      wave 1, in parallel
        fetch 1 from colours
          { map { legend { title colours } palette } }
        fetch 2 from geometry
          { map { width } }
        attach 3, after 1, 2: join what both answered at map`,
    answer: { map: { width: 9, legend: { title: 'Rivers', colours: ['blue'] }, palette: 'sea' } },
  });

  example('so are the items of a list, pair by pair', {
    subgraphs: {
      geometry: /* GraphQL */ `
        type Query { layers: [Layer] @shareable }
        type Layer { name: String! @shareable  area: Int! }`,
      colours: /* GraphQL */ `
        type Query { layers: [Layer] @shareable }
        type Layer { name: String! @shareable  colour: String! }`,
    },
    data: {
      Query: { layers: [{ name: 'Sea', area: 9, colour: 'blue' }, null, { name: 'Land', area: 4, colour: 'green' }] },
    },
    operation: '{ layers { area name colour } }',
    plan: `
      query: 2 fetches in 1 wave

      wave 1, in parallel
        fetch 1 from colours
          { layers { name colour } }
        fetch 2 from geometry
          { layers { area } }
        attach 3, after 1, 2: join what both answered at layers`,
    answer: {
      layers: [{ area: 9, name: 'Sea', colour: 'blue' }, null, { area: 4, name: 'Land', colour: 'green' }],
    },
  });

  example('what only some can answer below a shared field is asked of them by the key of the entity above', {
    subgraphs: {
      products: /* GraphQL */ `
        type Query { product: Product }
        type Product @key(fields: "upc") { upc: ID!  details: Details! @shareable }
        type Details { height: Int!  maker: String! @shareable }`,
      labs: /* GraphQL */ `
        type Product @key(fields: "upc") { upc: ID!  details: Details! @shareable }
        type Details { weight: Int!  maker: String! @shareable }`,
    },
    data: {
      Query: { product: { upc: '1' } },
      Product: [{ upc: '1', details: { height: 2, weight: 3, maker: 'Ada' } }],
    },
    operation: '{ product { details { weight maker height } } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from products
          { product { details { maker height } upc } }

      wave 2
        fetch 2 from labs, after 1
          for each Product at product { upc }
            { ... on Product { details { weight } } }
        attach 3, after 1, 2: join what both answered at product.details`,
    answer: { product: { details: { weight: 3, maker: 'Ada', height: 2 } } },
  });

  example('a value type is answered by whoever answers its parent', {
    subgraphs: {
      shops: /* GraphQL */ `
        type Query { shop: Shop }
        type Shop @key(fields: "id") { id: ID!  price: Money! }
        type Money @shareable { amount: Int!  currency: String! }`,
      fees: /* GraphQL */ `
        type Shop @key(fields: "id") { id: ID!  fee: Money! }
        type Money @shareable { amount: Int!  currency: String! }`,
    },
    data: {
      Query: { shop: { id: '1' } },
      Shop: [{ id: '1', price: { amount: 5, currency: 'EUR' }, fee: { amount: 1, currency: 'USD' } }],
    },
    operation: '{ shop { price { amount } fee { amount currency } } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from shops
          { shop { price { amount } id } }

      wave 2
        fetch 2 from fees, after 1
          for each Shop at shop { id }
            { ... on Shop { fee { amount currency } } }`,
    answer: { shop: { price: { amount: 5 }, fee: { amount: 1, currency: 'USD' } } },
  });
});

/** https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/directives#external */
describe('@external', () => {
  example('a field that is external is asked of the subgraph that has it', {
    subgraphs: {
      reviews: /* GraphQL */ `
        type Query { reviewed: [Product!]! }
        type Product @key(fields: "upc") {
          upc: ID!
          name: String @external
          slogan: String @requires(fields: "name")
        }`,
      products: /* GraphQL */ `
        type Product @key(fields: "upc") { upc: ID!  name: String }`,
    },
    data: {
      Query: { reviewed: [{ upc: '1' }] },
      Product: [{ upc: '1', name: 'Table', slogan: ({ name }: { name: string }) => `${name}!` }],
    },
    operation: '{ reviewed { name } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from reviews
          { reviewed { upc } }

      wave 2
        fetch 2 from products, after 1
          for each Product at reviewed[] { upc }
            { ... on Product { name } }`,
    answer: { reviewed: [{ name: 'Table' }] },
  });

  example('of a key that is external, a subgraph knows the fields all the same, as it extends the entity', {
    subgraphs: {
      users: /* GraphQL */ `
        type Query { user: User }
        type User @key(fields: "id") { id: ID!  name: String! }`,
      posts: /* GraphQL */ `
        type Query { newest: Post }
        type Post { title: String!  author: User! }
        extend type User @key(fields: "id") { id: ID! @external  posts: [Post!]! }`,
    },
    data: {
      Query: { user: { id: '1' }, newest: { title: 'Hi', author: { id: '1' } } },
      User: [{ id: '1', name: 'Ada', posts: [{ title: 'Hi', author: { id: '1' } }] }],
    },
    operation: '{ newest { author { id } } user { id posts { title } } }',
    plan: `
      query: 3 fetches in 2 waves

      wave 1, in parallel
        fetch 1 from posts
          { newest { author { id } } }
        fetch 2 from users
          { user { id } }

      wave 2
        fetch 3 from posts, after 2
          for each User at user { id }
            { ... on User { posts { title } } }`,
    answer: { newest: { author: { id: '1' } }, user: { id: '1', posts: [{ title: 'Hi' }] } },
  });
});

describe('federation 1', () => {
  example('types of others are extended, with their keys external', {
    subgraphs: {
      accounts: /* GraphQL */ `# federation 1
        type Query { me: User }
        type User @key(fields: "id") { id: ID!  name: String }`,
      reviews: /* GraphQL */ `# federation 1
        type Review @key(fields: "id") { id: ID!  body: String  author: User @provides(fields: "name") }
        extend type User @key(fields: "id") { id: ID! @external  name: String @external  reviews: [Review] }
        extend type Query { topReviews: [Review] }`,
      shipping: /* GraphQL */ `# federation 1
        extend type User @key(fields: "id") {
          id: ID! @external
          name: String @external
          label: String @requires(fields: "name")
        }`,
    },
    data: {
      Query: { me: { id: '1' }, topReviews: [{ id: 'r1' }] },
      User: [{ id: '1', name: 'Ada', reviews: [{ id: 'r1' }], label: ({ name }: { name: string }) => `To ${name}` }],
      Review: [{ id: 'r1', body: 'Nice', author: { id: '1' } }],
    },
    operation: '{ me { reviews { body } label } topReviews { author { name } } }',
    plan: `
      query: 4 fetches in 2 waves

      wave 1, in parallel
        fetch 1 from accounts
          { me { id name } }
        fetch 2 from reviews
          { topReviews { author { name } } }

      wave 2, in parallel
        fetch 3 from reviews, after 1
          for each User at me { id }
            { ... on User { reviews { body } } }
        fetch 4 from shipping, after 1
          for each User at me { id } requires { name }
            { ... on User { label } }`,
    answer: { me: { reviews: [{ body: 'Nice' }], label: 'To Ada' }, topReviews: [{ author: { name: 'Ada' } }] },
  });
});

/** https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/directives#override */
describe('@override', () => {
  const data = {
    Query: { bill: { id: '1' } },
    Bill: [{ id: '1', amount: 7, payer: 'Ada' }],
  };
  const operation = '{ bill { amount payer } }';
  const old = /* GraphQL */ `
    type Query { bill: Bill }
    type Bill @key(fields: "id") { id: ID!  amount: Int!  payer: String! }`;
  const answer = { bill: { amount: 7, payer: 'Ada' } };

  example('a field is asked of the subgraph that overrides it', {
    subgraphs: {
      payments: old,
      billing: /* GraphQL */ `
        type Bill @key(fields: "id") { id: ID!  amount: Int! @override(from: "payments") }`,
    },
    data,
    operation,
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from payments
          { bill { id payer } }

      wave 2
        fetch 2 from billing, after 1
          for each Bill at bill { id }
            { ... on Bill { amount } }`,
    answer,
  });

  const byLabel = (label: string) => ({
    payments: old,
    billing: /* GraphQL */ `
      type Bill @key(fields: "id") { id: ID!  amount: Int! @override(from: "payments", label: "${label}") }`,
  });

  example('with a label, it has moved where the label is on', {
    subgraphs: byLabel('billing-move'),
    data,
    operation,
    labels: ['billing-move'],
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from payments
          { bill { id payer } }

      wave 2
        fetch 2 from billing, after 1
          for each Bill at bill { id }
            { ... on Bill { amount } }`,
    answer,
  });

  example('with a label, it has not moved where the label is off', {
    subgraphs: byLabel('billing-move'),
    data,
    operation,
    plan: `
      query: 1 fetch in 1 wave

      wave 1
        fetch 1 from payments
          { bill { amount payer } }`,
    answer,
  });

  example('with a percentage, it has moved for that share of identities: for this one', {
    subgraphs: byLabel('percent(50)'),
    data,
    operation,
    stickyKey: 'jwt bob',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from payments
          { bill { id payer } }

      wave 2
        fetch 2 from billing, after 1
          for each Bill at bill { id }
            { ... on Bill { amount } }`,
    answer,
  });

  example('with a percentage, it has moved for that share of identities: not for this one', {
    subgraphs: byLabel('percent(50)'),
    data,
    operation,
    stickyKey: 'jwt ada',
    plan: `
      query: 1 fetch in 1 wave

      wave 1
        fetch 1 from payments
          { bill { amount payer } }`,
    answer,
  });
});
