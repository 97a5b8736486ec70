import type { FederationSource, GraphqlSource } from '../../schema/subgraph/subgraph.ts';
import type { RestSubgraph } from '../../schema/supergraph/supergraph.ts';

/** A federation 2 service. */
export const products: FederationSource = {
  kind: 'federation',
  name: 'products',
  url: 'http://127.0.0.1:4102/graphql',
  sdl: `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@inaccessible"])
    type Query { top(first: Int = 3): [Product!]! }
    "What the shop sells."
    type Product @key(fields: "upc") {
      upc: ID!
      name: String @shareable
      price: Int @deprecated(reason: "Use cost.")
      margin: Int @inaccessible
    }
  `,
};

/** A federation 1 service. */
export const reviews: FederationSource = {
  kind: 'federation',
  name: 'reviews',
  url: 'http://127.0.0.1:4103/graphql',
  sdl: `
    extend type Product @key(fields: "upc") { upc: ID! @external reviews: [Review] }
    type Review @key(fields: "id") { id: ID! body: String product: Product }
  `,
};

/** A service without federation, its SDL as introspection tools print it. */
export const recommendations: GraphqlSource = {
  kind: 'graphql',
  name: 'recommendations',
  url: 'http://127.0.0.1:4104/graphql',
  entities: { Product: { key: 'upc', field: 'productsByUpc', argument: 'upcs', list: true } },
  sdl: `
    directive @auth(role: String) on FIELD_DEFINITION
    schema { query: RootQuery }
    type RootQuery { productsByUpc(upcs: [ID!]!): [Product]! }
    type Product { upc: ID! name: String similar: [Product!]! @auth(role: "any") }
  `,
};

/** A REST service. */
export const inventory: RestSubgraph = {
  kind: 'rest',
  name: 'inventory',
  url: 'http://127.0.0.1:4105',
  maxConcurrency: 8,
  sdl: `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
    type Query {
      "In the backyard."
      warehouses: [String!] @rest(path: "/warehouses")
    }
    type Product @key(fields: "upc") @rest(path: "/products", query: [{ name: "ids", value: "{$keys.upc}" }], batch: { matchOn: "id" }) {
      upc: ID! @restName(name: "id")
      inStock: Boolean
    }
  `,
};

/** All of them. */
export const shop = [products, reviews, recommendations, inventory];
