import type { Server } from 'node:http';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { readAsset } from './asset.ts';
import { createGraphqlServer } from './graphql-server.ts';
import { upcs } from './keys.ts';
import { page } from './page.ts';
import { createRandom } from './random.ts';

interface Product {
  readonly upc: string;
  readonly others: readonly string[];
}

/** What goes well together: plain GraphQL that knows nothing of federation. */
export function createRecommendations(): Server {
  const products = new Map(createProducts().map((product) => [product.upc, product]));
  const byUpc = (keys: readonly string[]) => keys.map((upc) => products.get(upc));
  const schema = makeExecutableSchema({
    typeDefs: readAsset('recommendations.graphql'),
    resolvers: {
      Query: {
        trending: (_: unknown, { first }: { first: number }) => page([...products.values()], first),
        productsByUpc: (_: unknown, { upcs }: { upcs: readonly string[] }) => byUpc(upcs),
      },
      Product: {
        alsoBought: (product: Product, { first }: { first: number }) => byUpc(page(product.others, first)),
      },
    },
  });
  return createGraphqlServer(schema);
}

function createProducts(): readonly Product[] {
  const random = createRandom(4);
  return upcs.map((upc) => {
    const others = new Set<string>();
    while (others.size < 5) others.add(random.pick(upcs.filter((other) => other !== upc)));
    return { upc, others: [...others] };
  });
}
