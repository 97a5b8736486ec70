import { type ServedSubgraph, serveSubgraph } from './served-subgraph.ts';

const head = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
  enum CacheControlScope { PUBLIC PRIVATE }
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT
  directive @cacheTag(format: String!) repeatable on FIELD_DEFINITION | OBJECT
`;

const productsSdl = `${head}
  type Query {
    top(first: Int = 2): [Product!]! @cacheControl(maxAge: 60, scope: PUBLIC) @cacheTag(format: "top-{$args.first}")
    secret: String
  }
  type Mutation { rename(upc: ID!, name: String!): Product touch: Boolean }
  type Product @key(fields: "upc") { upc: ID! price: Int }
`;

const reviewsSdl = `${head}
  type Product @key(fields: "upc") @cacheControl(maxAge: 60, scope: PUBLIC) @cacheTag(format: "product-{$key.upc}") {
    upc: ID!
    name: String
    mine: String @cacheControl(maxAge: 60, scope: PRIVATE)
  }
`;

/** Two services, of which one names products for a while and the other for one client. */
export interface NamedProducts {
  readonly products: ServedSubgraph;
  readonly reviews: ServedSubgraph;
  /** What products are called, by their key; those that are not there are unknown. */
  readonly names: Map<string, string>;
  /** Has all be as in the beginning. */
  readonly reset: () => void;
  readonly close: () => Promise<void>;
}

/** Serves them: `top` lists the products 1, 2 and 3, which `reviews` names. */
export async function serveNamedProducts(): Promise<NamedProducts> {
  const names = new Map<string, string>();
  const toProduct = (upc: string) => ({ upc, price: 5 });
  const products = await serveSubgraph({
    name: 'products',
    sdl: productsSdl,
    resolvers: {
      Query: {
        top: (_root: unknown, { first }: { first: number }) => ['1', '2', '3'].slice(0, first).map(toProduct),
        secret: () => 's',
      },
      Mutation: {
        rename: (_root: unknown, { upc, name }: { upc: string; name: string }) => {
          names.set(upc, name);
          return toProduct(upc);
        },
        touch: () => true,
      },
      Product: { __resolveReference: ({ upc }: { upc: string }) => toProduct(upc) },
    },
  });
  const reviews = await serveSubgraph({
    name: 'reviews',
    sdl: reviewsSdl,
    resolvers: {
      Product: {
        __resolveReference: ({ upc }: { upc: string }) => (names.has(upc) ? { upc } : null),
        name: ({ upc }: { upc: string }) => names.get(upc),
        mine: ({ upc }: { upc: string }) => `mine ${upc}`,
      },
    },
  });
  return {
    products,
    reviews,
    names,
    reset() {
      names.clear();
      for (const upc of ['1', '2', '3']) names.set(upc, `name ${upc}`);
      products.behave(products.healthy);
      reviews.behave(reviews.healthy);
    },
    async close() {
      await Promise.all([products.close(), reviews.close()]);
    },
  };
}
