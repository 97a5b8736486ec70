import { normalizedExecutor } from '@graphql-tools/executor';
import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { Executor } from '@graphql-tools/utils';
import { graphql } from 'graphql';
import { expect, it } from 'vitest';
import { compose } from '../../../schema/compose/compose.ts';
import { inventory, products, recommendations } from '../shop.ts';

interface Product {
  readonly upc: string;
  readonly name?: string;
  readonly inStock?: boolean;
  readonly similar?: readonly Product[];
}

/** A service that answers `_entities`, by itself or through the transport before it. */
function serve(
  types: string,
  load: (upc: string) => Product,
  query: Readonly<Record<string, () => unknown>>,
): Executor {
  const schema = makeExecutableSchema({
    typeDefs: `${types}
      scalar _Any
      union _Entity = Product
      extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`,
    resolvers: {
      Query: {
        ...query,
        _entities: (_: unknown, { representations }: { representations: readonly Product[] }) =>
          representations.map(({ upc }) => ({ __typename: 'Product', ...load(upc) })),
      },
    },
  });
  return ({ document, variables }) =>
    normalizedExecutor({ schema, document, ...(variables && { variableValues: variables }) });
}

const executors = new Map([
  [
    'products',
    serve(
      'type Query { top(first: Int): [Product!]! } type Product { upc: ID! name: String price: Int margin: Int }',
      (upc) => ({ upc, name: `Name of ${upc}` }),
      { top: () => [{ upc: '1', name: 'Table' }] },
    ),
  ],
  [
    'recommendations',
    serve(
      'type Query { productsByUpc(upcs: [ID!]!): [Product]! } type Product { upc: ID! name: String similar: [Product!]! }',
      (upc) => ({ upc, similar: [{ upc: `${upc}a` }, { upc: `${upc}b` }] }),
      {},
    ),
  ],
  [
    'inventory',
    serve(
      'type Query { warehouses: [String!] } type Product { upc: ID! inStock: Boolean }',
      (upc) => ({ upc, inStock: upc.endsWith('a') }),
      {},
    ),
  ],
]);

it('is stitched by graphql-tools into a graph that crosses federated, plain and REST subgraphs', async () => {
  const composition = compose([products, recommendations, inventory]);
  if (composition.kind === 'failed') throw new Error(JSON.stringify(composition.problems));
  const schema = getStitchedSchemaFromSupergraphSdl({
    supergraphSdl: composition.supergraph.sdl,
    onSubschemaConfig(config) {
      const executor = executors.get(config.name.toLowerCase());
      if (executor) config.executor = executor;
    },
  });
  const result = await graphql({ schema, source: '{ top { name inStock similar { upc inStock price } } }' });
  expect(JSON.parse(JSON.stringify(result))).toEqual({
    data: {
      top: [
        {
          name: 'Table',
          inStock: false,
          similar: [
            { upc: '1a', inStock: true, price: null },
            { upc: '1b', inStock: false, price: null },
          ],
        },
      ],
    },
  });
});
