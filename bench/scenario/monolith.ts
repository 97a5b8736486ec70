import { makeExecutableSchema } from '@graphql-tools/schema';
import { type GraphQLSchema, graphql } from 'graphql';
import { author, reviewsOfProduct, reviewsOfUser, rows, topProducts } from './rows.ts';

const byUpc = (products: readonly { readonly upc: string }[], upc: string) => products.find((one) => one.upc === upc);

/** The whole graph on one server that has all the data: what a gateway must answer. */
const monolith: GraphQLSchema = makeExecutableSchema({
  typeDefs: /* GraphQL */ `
    type Query {
      me: User
      user(id: ID!): User
      users: [User]
      topProducts(first: Int = 5): [Product]
    }
    type User {
      id: ID!
      name: String
      username: String
      birthday: Int
      reviews: [Review]
    }
    type Review {
      id: ID!
      body: String
      product: Product
      author: User
    }
    type Product {
      upc: String!
      name: String
      price: Int
      weight: Int
      inStock: Boolean
      shippingEstimate: Int
      reviews: [Review]
    }
  `,
  resolvers: {
    Query: {
      me: () => rows.users[0],
      user: (_: unknown, { id }: { id: string }) => rows.users.find((user) => user.id === id),
      users: () => rows.users,
      topProducts,
    },
    User: { reviews: () => reviewsOfUser },
    Review: {
      author: () => rows.users.find(({ id }) => id === author.id),
      product: ({ product }: (typeof rows.reviews)[number]) => byUpc(rows.products, product.upc),
    },
    Product: {
      inStock: ({ upc }: { upc: string }) => rows.inventory.find((one) => one.upc === upc)?.inStock,
      shippingEstimate: () => null,
      reviews: reviewsOfProduct,
    },
  },
});

/** What the answer to a query of the scenario must be, as text. */
export async function answerOf(query: string): Promise<string> {
  return JSON.stringify(await graphql({ schema: monolith, source: query }));
}
