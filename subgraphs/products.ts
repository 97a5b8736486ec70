import type { Server } from 'node:http';
import { readAsset } from './asset.ts';
import { type Brand, type Category, createCatalog, type Product } from './catalog.ts';
import { createFederatedSchema } from './federated-schema.ts';
import { createGraphqlServer } from './graphql-server.ts';
import { page } from './page.ts';

/** What is sold: federated GraphQL, with a union. */
export function createProducts(): Server {
  const { brands, products } = createCatalog();
  const schema = createFederatedSchema({
    sdl: readAsset('products.graphql'),
    resolvers: {
      Query: {
        product: (_: unknown, { upc }: { upc: string }) => products.find((product) => product.upc === upc),
        products: (_: unknown, { category, first }: { category?: Category | null; first: number }) =>
          page(category ? products.filter((product) => product.category === category) : products, first),
        search: (_: unknown, { text, first }: { text: string; first: number }) =>
          page([...brands, ...products].filter(isNamed(text)), first),
      },
      Brand: {
        products: (brand: Brand, { first }: { first: number }) => page(products.filter(isFrom(brand)), first),
      },
    },
    entities: {
      Product: ({ upc }) => products.find((product) => product.upc === upc),
      Brand: ({ id }) => brands.find((brand) => brand.id === id),
    },
  });
  return createGraphqlServer(schema);
}

function isNamed(text: string): (named: { readonly name: string }) => boolean {
  return ({ name }) => name.toLowerCase().includes(text.toLowerCase());
}

function isFrom({ id }: Brand): (product: Product) => boolean {
  return (product) => product.brand.id === id;
}
