import { author, reviewsOfProduct, reviewsOfUser, rows, topProducts } from './rows.ts';

type Source = Readonly<Record<string, unknown>>;

/** One subgraph of the scenario. */
export interface Service {
  /** Federation SDL. */
  readonly sdl: string;
  readonly fields: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** By type: the entity that a representation stands for, or `undefined`. */
  readonly entities: Readonly<Record<string, (representation: Source) => object | undefined>>;
}

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@provides"])';

/** The four services, by name. */
export const services: Readonly<Record<string, Service>> = {
  accounts: {
    sdl: `${link}
      type Query { me: User user(id: ID!): User users: [User] }
      type User @key(fields: "id") { id: ID! name: String username: String birthday: Int }`,
    fields: {
      Query: {
        me: () => rows.users[0],
        user: (_: unknown, { id }: { id: string }) => rows.users.find((user) => user.id === id),
        users: () => rows.users,
      },
    },
    entities: { User: ({ id }) => rows.users.find((user) => user.id === String(id)) },
  },
  inventory: {
    sdl: `${link}
      type Product @key(fields: "upc") {
        upc: String!
        weight: Int @external
        price: Int @external
        inStock: Boolean
        shippingEstimate: Int @requires(fields: "price weight")
      }`,
    fields: { Product: { shippingEstimate } },
    entities: {
      Product({ upc, price, weight }) {
        const stock = rows.inventory.find((one) => one.upc === upc);
        return stock && { ...stock, price, weight };
      },
    },
  },
  products: {
    sdl: `${link}
      type Query { topProducts(first: Int = 5): [Product] }
      type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,
    fields: { Query: { topProducts } },
    entities: { Product: ({ upc }) => rows.products.find((product) => product.upc === upc) },
  },
  reviews: {
    sdl: `${link}
      type Review @key(fields: "id") { id: ID! body: String product: Product author: User @provides(fields: "username") }
      type User @key(fields: "id") { id: ID! username: String @external reviews: [Review] }
      type Product @key(fields: "upc") { upc: String! reviews: [Review] }`,
    fields: {
      Review: { author: () => author },
      User: { reviews: () => reviewsOfUser },
      Product: { reviews: reviewsOfProduct },
    },
    entities: {
      Review: ({ id }) => rows.reviews.find((review) => review.id === String(id)),
      User: ({ id }) => ({ id }),
      Product: ({ upc }) => ({ upc }),
    },
  },
};

/** The public benchmark estimates nothing, so that answers compare; here at least what it requires must have come. */
function shippingEstimate({ price, weight }: Source): null {
  if (price === undefined || weight === undefined) throw new Error('Price and weight are required, and were not sent.');
  return null;
}
