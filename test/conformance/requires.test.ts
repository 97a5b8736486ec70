import { describe } from 'vitest';
import { example } from './example.ts';

/** https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/directives#requires */
describe('@requires', () => {
  example('a field is asked for once the fields that it requires are there', {
    subgraphs: {
      products: /* GraphQL */ `
        type Query { product: Product }
        type Product @key(fields: "upc") { upc: ID!  price: Int  weight: Int }`,
      shipping: /* GraphQL */ `
        type Product @key(fields: "upc") {
          upc: ID!
          price: Int @external
          weight: Int @external
          inStock: Boolean
          estimate: Int @requires(fields: "price weight")
        }`,
    },
    data: {
      Query: { product: { upc: '1' } },
      Product: [
        {
          upc: '1',
          price: 3,
          weight: 5,
          inStock: true,
          estimate: ({ price, weight }: { price: number; weight: number }) => price * weight,
        },
      ],
    },
    operation: '{ product { inStock estimate } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from products
          { product { upc price weight } }

      wave 2
        fetch 2 from shipping, after 1
          for each Product at product { upc } requires { price weight }
            { ... on Product { inStock estimate } }`,
    sent: { shipping: [{ representations: [{ __typename: 'Product', upc: '1', price: 3, weight: 5 }] }] },
    answer: { product: { inStock: true, estimate: 15 } },
  });

  const late = {
    subgraphs: {
      reviews: /* GraphQL */ `
        type Query { reviewed: [Product!]! }
        type Product @key(fields: "upc") { upc: ID! }`,
      products: /* GraphQL */ `
        type Product @key(fields: "upc") { upc: ID!  price: Int!  weight: Int }`,
      shipping: /* GraphQL */ `
        type Product @key(fields: "upc") {
          upc: ID!
          price: Int! @external
          weight: Int @external
          inStock: Boolean
          estimate: Int @requires(fields: "price weight")
        }`,
    },
    operation: '{ reviewed { inStock estimate } }',
    plan: `
      query: 3 fetches in 3 waves

      wave 1
        fetch 1 from reviews
          { reviewed { upc } }

      wave 2
        fetch 2 from products, after 1
          for each Product at reviewed[] { upc }
            { ... on Product { price weight } }

      wave 3
        fetch 3 from shipping, after 1, 2
          for each Product at reviewed[] { upc } requires { price weight }
            { ... on Product { inStock estimate } }`,
  } as const;
  const estimate = ({ price, weight }: { price: number; weight: number }) => price * weight;

  example('what waits for required fields takes with it what else the same objects are asked for', {
    ...late,
    data: {
      Query: { reviewed: [{ upc: '1' }, { upc: '2' }, { upc: '1' }] },
      Product: [
        { upc: '1', price: 3, weight: 5, inStock: true, estimate },
        { upc: '2', price: 4, weight: 2, inStock: false, estimate },
      ],
    },
    sent: {
      shipping: [
        {
          representations: [
            { __typename: 'Product', upc: '1', price: 3, weight: 5 },
            { __typename: 'Product', upc: '2', price: 4, weight: 2 },
          ],
        },
      ],
    },
    answer: {
      reviewed: [
        { inStock: true, estimate: 15 },
        { inStock: false, estimate: 8 },
        { inStock: true, estimate: 15 },
      ],
    },
  });

  example('an object without what is required is asked for the rest alone', {
    ...late,
    data: {
      Query: { reviewed: [{ upc: '1' }, { upc: '2' }] },
      Product: [
        { upc: '1', price: 3, weight: 5, inStock: true, estimate },
        { upc: '2', price: null, weight: 2, inStock: false, estimate },
      ],
    },
    sent: {
      shipping: [
        {
          representations_0: [
            { __typename: 'Product', upc: '1' },
            { __typename: 'Product', upc: '2' },
          ],
          representations_1: [{ __typename: 'Product', upc: '1', price: 3, weight: 5 }],
        },
      ],
    },
    answer: {
      reviewed: [
        { inStock: true, estimate: 15 },
        { inStock: false, estimate: null },
      ],
    },
    problems: ['reviewed.1.estimate: Cannot return null for non-nullable field Product.price.'],
    notStitched: 'it asks for what it cannot say the requirements of',
  });

  const sized = {
    Query: { product: { upc: '1' } },
    Product: [
      {
        upc: '1',
        brand: { id: 'b', name: 'Acme' },
        size: { width: 2, height: 3 },
        side: ({ size }: { size: { height: number } }) => size.height * 2,
        border: ({ size }: { size: { width: number } }) => size.width * 4,
        label: ({ brand }: { brand: { id: string; name: string } }) => `${brand.id} ${brand.name}`,
      },
    ],
  };

  example('fields that require different parts of one object are told of all of them', {
    subgraphs: {
      products: /* GraphQL */ `
        type Query { product: Product }
        type Product @key(fields: "upc") { upc: ID!  size: Size }
        type Size @shareable { width: Int  height: Int }`,
      shipping: /* GraphQL */ `
        type Product @key(fields: "upc") {
          upc: ID!
          size: Size @external
          border: Int @requires(fields: "size { width }")
          side: Int @requires(fields: "size { height }")
        }
        type Size @shareable { width: Int  height: Int }`,
    },
    data: sized,
    operation: '{ product { border side } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from products
          { product { size { width height } upc } }

      wave 2
        fetch 2 from shipping, after 1
          for each Product at product { upc } requires { size { width height } }
            { ... on Product { border side } }`,
    sent: {
      shipping: [{ representations: [{ __typename: 'Product', upc: '1', size: { width: 2, height: 3 } }] }],
    },
    answer: { product: { border: 8, side: 6 } },
  });

  example('an object that is part of the key may be required to tell more', {
    subgraphs: {
      products: /* GraphQL */ `
        type Query { product: Product }
        type Product @key(fields: "upc brand { id }") { upc: ID!  brand: Brand! }
        type Brand @shareable { id: ID!  name: String }`,
      shipping: /* GraphQL */ `
        type Product @key(fields: "upc brand { id }") {
          upc: ID!
          brand: Brand!
          label: String @requires(fields: "brand { name }")
        }
        type Brand { id: ID! @shareable  name: String @external }`,
    },
    data: sized,
    operation: '{ product { label } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from products
          { product { brand { name id } upc } }

      wave 2
        fetch 2 from shipping, after 1
          for each Product at product { upc brand { id name } }
            { ... on Product { label } }`,
    sent: {
      shipping: [{ representations: [{ __typename: 'Product', upc: '1', brand: { id: 'b', name: 'Acme' } }] }],
    },
    answer: { product: { label: 'b Acme' } },
  });

  example('what a subgraph starts from must come back to it with what it requires', {
    subgraphs: {
      shipping: /* GraphQL */ `
        type Query { parcel: Product }
        type Product @key(fields: "upc") { upc: ID!  price: Int @external  insurance: Int @requires(fields: "price") }`,
      products: /* GraphQL */ `
        type Product @key(fields: "upc") { upc: ID!  price: Int }`,
    },
    data: {
      Query: { parcel: { upc: '1' } },
      Product: [{ upc: '1', price: 30, insurance: ({ price }: { price: number }) => price / 10 }],
    },
    operation: '{ parcel { insurance } }',
    plan: `
      query: 3 fetches in 3 waves

      wave 1
        fetch 1 from shipping
          { parcel { upc } }

      wave 2
        fetch 2 from products, after 1
          for each Product at parcel { upc }
            { ... on Product { price } }

      wave 3
        fetch 3 from shipping, after 1, 2
          for each Product at parcel { upc } requires { price }
            { ... on Product { insurance } }`,
    answer: { parcel: { insurance: 3 } },
  });

  example('fields of objects within an entity can be required', {
    subgraphs: {
      products: /* GraphQL */ `
        type Query { products: [Product!]! }
        type Product @key(fields: "upc") { upc: ID!  box: Box  parts: [Part!]! }
        type Box { width: Int!  height: Int! }
        type Part { box: Box! }`,
      shipping: /* GraphQL */ `
        type Product @key(fields: "upc") {
          upc: ID!
          box: Box @external
          parts: [Part!]! @external
          area: Int @requires(fields: "box { width height } parts { box { width } }")
        }
        type Box { width: Int! @external  height: Int! @external }
        type Part { box: Box! @external }`,
    },
    data: {
      Query: { products: [{ upc: '1' }, { upc: '2' }] },
      Product: [
        { upc: '1', box: { width: 2, height: 3 }, parts: [{ box: { width: 4, height: 9 } }], area: sum },
        { upc: '2', box: null, parts: [], area: sum },
      ],
    },
    operation: '{ products { area } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from products
          { products { box { width height } parts { box { width } } upc } }

      wave 2
        fetch 2 from shipping, after 1
          for each Product at products[] { upc } requires { box { width height } parts { box { width } } }
            { ... on Product { area } }`,
    sent: {
      shipping: [
        {
          representations: [
            { __typename: 'Product', upc: '1', box: { width: 2, height: 3 }, parts: [{ box: { width: 4 } }] },
            { __typename: 'Product', upc: '2', box: null, parts: [] },
          ],
        },
      ],
    },
    answer: { products: [{ area: 10 }, { area: 0 }] },
  });

  example('a field is required with arguments, whatever arguments the client gives it', {
    subgraphs: {
      products: /* GraphQL */ `
        type Query { product: Product }
        type Product @key(fields: "upc") { upc: ID!  weight(unit: Unit! = GRAM): Int! }
        enum Unit { GRAM POUND }`,
      shipping: /* GraphQL */ `
        type Product @key(fields: "upc") {
          upc: ID!
          weight(unit: Unit! = GRAM): Int! @external
          cost: Int! @requires(fields: "weight(unit: POUND)")
        }
        enum Unit { GRAM POUND }`,
    },
    data: {
      Query: { product: { upc: '1' } },
      Product: [
        {
          upc: '1',
          weight: (_: unknown, { unit }: { unit: string }) => (unit === 'GRAM' ? 1000 : 2),
          cost: ({ weight }: { weight: number }) => weight * 5,
        },
      ],
    },
    operation: '{ product { weight cost } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from products
          { product { weight weight__1: weight(unit: POUND) upc } }

      wave 2
        fetch 2 from shipping, after 1
          for each Product at product { upc } requires { weight }
            { ... on Product { cost } }`,
    sent: { shipping: [{ representations: [{ __typename: 'Product', upc: '1', weight: 2 }] }] },
    answer: { product: { weight: 1000, cost: 10 } },
  });

  example('the required field may be an entity of a third subgraph', {
    subgraphs: {
      products: /* GraphQL */ `
        type Query { product: Product }
        type Product @key(fields: "upc") { upc: ID!  maker: Maker }
        type Maker @key(fields: "id") { id: ID! }`,
      makers: /* GraphQL */ `
        type Maker @key(fields: "id") { id: ID!  country: String }`,
      customs: /* GraphQL */ `
        type Product @key(fields: "upc") {
          upc: ID!
          maker: Maker @external
          duty: String @requires(fields: "maker { country }")
        }
        type Maker @key(fields: "id") { id: ID!  country: String @external }`,
    },
    data: {
      Query: { product: { upc: '1' } },
      Product: [
        {
          upc: '1',
          maker: { id: 'm1' },
          duty: ({ maker }: { maker: { country: string } }) => `duty of ${maker.country}`,
        },
      ],
      Maker: [{ id: 'm1', country: 'PT' }],
    },
    operation: '{ product { duty } }',
    plan: `
      query: 3 fetches in 3 waves

      wave 1
        fetch 1 from products
          { product { maker { id } upc } }

      wave 2
        fetch 2 from makers, after 1
          for each Maker at product.maker { id }
            { ... on Maker { country } }

      wave 3
        fetch 3 from customs, after 1, 2
          for each Product at product { upc } requires { maker { country } }
            { ... on Product { duty } }`,
    answer: { product: { duty: 'duty of PT' } },
  });

  example('a field can require one that requires another', {
    subgraphs: {
      products: /* GraphQL */ `
        type Query { product: Product }
        type Product @key(fields: "upc") { upc: ID!  price: Int! }`,
      taxes: /* GraphQL */ `
        type Product @key(fields: "upc") { upc: ID!  price: Int! @external  tax: Int! @requires(fields: "price") }`,
      invoices: /* GraphQL */ `
        type Product @key(fields: "upc") {
          upc: ID!
          price: Int! @external
          tax: Int! @external
          total: Int! @requires(fields: "price tax")
        }`,
    },
    data: {
      Query: { product: { upc: '1' } },
      Product: [
        {
          upc: '1',
          price: 100,
          tax: ({ price }: { price: number }) => price / 5,
          total: ({ price, tax }: { price: number; tax: number }) => price + tax,
        },
      ],
    },
    operation: '{ product { total } }',
    plan: `
      query: 3 fetches in 3 waves

      wave 1
        fetch 1 from products
          { product { price upc } }

      wave 2
        fetch 2 from taxes, after 1
          for each Product at product { upc } requires { price }
            { ... on Product { tax } }

      wave 3
        fetch 3 from invoices, after 1, 2
          for each Product at product { upc } requires { price tax }
            { ... on Product { total } }`,
    answer: { product: { total: 120 } },
  });

  example('what is required of an interface is asked of each object type', {
    subgraphs: {
      media: /* GraphQL */ `
        type Query { shelf: Shelf }
        type Shelf @key(fields: "id") { id: ID!  items: [Item!]! }
        interface Item { pages: Int! }
        type Book implements Item { pages: Int!  title: String! }
        type Journal implements Item { pages: Int!  issue: Int! }`,
      print: /* GraphQL */ `
        type Shelf @key(fields: "id") {
          id: ID!
          items: [Item!]! @external
          labels: String! @requires(fields: "items { pages ... on Book { title } ... on Journal { issue } }")
        }
        interface Item { pages: Int! }
        type Book implements Item { pages: Int! @external  title: String! @external }
        type Journal implements Item { pages: Int! @external  issue: Int! @external }`,
    },
    data: {
      Query: { shelf: { id: 's1' } },
      Shelf: [
        {
          id: 's1',
          items: [
            { __typename: 'Book', pages: 300, title: 'Emma' },
            { __typename: 'Journal', pages: 30, issue: 4 },
          ],
          labels: ({ items }: { items: readonly object[] }) => JSON.stringify(items),
        },
      ],
    },
    operation: '{ shelf { labels } }',
    plan: `
      query: 2 fetches in 2 waves

      wave 1
        fetch 1 from media
          { shelf { items { __typename ... on Book { pages title } ... on Journal { pages issue } } id } }

      wave 2
        fetch 2 from print, after 1
          for each Shelf at shelf { id } requires { items { ... on Book { pages title } ... on Journal { pages issue } } }
            { ... on Shelf { labels } }`,
    answer: {
      shelf: {
        labels: JSON.stringify([
          { __typename: 'Book', pages: 300, title: 'Emma' },
          { __typename: 'Journal', pages: 30, issue: 4 },
        ]),
      },
    },
  });
});

/** Of the widths and heights of a product, as it was sent. */
function sum({ box, parts }: { box: { width: number; height: number } | null; parts: { box: { width: number } }[] }) {
  return box === null ? 0 : box.width * box.height + parts.reduce((total, part) => total + part.box.width, 0);
}
