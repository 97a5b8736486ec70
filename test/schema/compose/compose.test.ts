import { buildSchema, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { type Composition, compose } from '../../../schema/compose/compose.ts';
import type { Subgraph } from '../../../schema/subgraph/subgraph.ts';
import { readSupergraph } from '../../../schema/supergraph/read.ts';
import type { EntityLookup, Supergraph } from '../../../schema/supergraph/supergraph.ts';
import { inventory, products, recommendations, reviews, shop } from '../shop.ts';

const link = (imports = '"@key", "@shareable", "@external", "@requires"', version = 'v2.3') =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/${version}", import: [${imports}])\n`;

function federation(name: string, sdl: string): Subgraph {
  return { kind: 'federation', name, url: `http://${name}`, sdl };
}

function graphql(name: string, sdl: string, entities: Readonly<Record<string, EntityLookup>> = {}): Subgraph {
  return { kind: 'graphql', name, url: `http://${name}`, sdl, entities };
}

function rest(name: string, sdl: string): Subgraph {
  return { kind: 'rest', name, url: `http://${name}`, sdl, maxConcurrency: 4 };
}

function composed(...subgraphs: readonly Subgraph[]): Supergraph {
  const composition = compose(subgraphs);
  if (composition.kind === 'failed') throw new Error(composition.problems.map(({ message }) => message).join('\n'));
  return composition.supergraph;
}

/** Each problem as `CODE subgraph coordinate`. */
function problems(...subgraphs: readonly Subgraph[]): readonly string[] {
  const composition = compose(subgraphs);
  if (composition.kind === 'composed') return [];
  return composition.problems.map(({ code, subgraph, coordinate }) => `${code} ${subgraph ?? '-'} ${coordinate ?? '-'}`);
}

function firstMessage(composition: Composition): string | undefined {
  return composition.kind === 'failed' ? composition.problems[0]?.message : undefined;
}

function fieldsOf(schema: GraphQLSchema, type: string): readonly string[] {
  return Object.keys((schema.getType(type) as GraphQLObjectType).getFields());
}

describe('a supergraph', () => {
  it('is made of subgraphs of every kind, and read back equal', () => {
    const supergraph = composed(...shop);
    expect(readSupergraph(supergraph.sdl)).toEqual(supergraph);
    expect(supergraph.subgraphs.map(({ kind, name, url }) => [kind, name, url])).toEqual([
      ['rest', 'inventory', inventory.url],
      ['federation', 'products', products.url],
      ['graphql', 'recommendations', recommendations.url],
      ['federation', 'reviews', reviews.url],
    ]);
    expect(supergraph.subgraphs[2]).toEqual({
      kind: 'graphql',
      name: 'recommendations',
      url: recommendations.url,
      entities: recommendations.entities,
    });
    expect(supergraph.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is the same whatever the order of its subgraphs, and another when one changes', () => {
    const supergraph = composed(...shop);
    expect(composed(...shop.toReversed())).toEqual(supergraph);
    expect(composed(...shop.slice(1), { ...products, url: 'http://elsewhere' }).fingerprint).not.toBe(
      supergraph.fingerprint,
    );
  });

  it('keeps the SDL of a REST subgraph with all that the bridge needs, whatever characters it has', () => {
    const sdl = `type Query { odd(a: String = "q\\u0007\\t\\\\"): Int @rest(path: "/\\"\\"\\"{$args.a}") } """ "\\""" """ scalar S`;
    for (const source of [inventory, rest('odd', sdl)]) {
      const [subgraph] = composed(source).subgraphs;
      expect(composed({ ...source, ...subgraph } as Subgraph).subgraphs[0]).toEqual(subgraph);
      expect(subgraph?.kind === 'rest' && subgraph.sdl).toContain('@rest(');
    }
  });

  it('shows clients the schema without machinery, and with descriptions and what is deprecated', () => {
    expect(composed(...shop).publicSdl).toBe(`schema {
  query: Query
}

type Query {
  warehouses: [String!]
  top(first: Int = 3): [Product!]!
  productsByUpc(upcs: [ID!]!): [Product]!
}

"""What the shop sells."""
type Product {
  upc: ID!
  inStock: Boolean
  name: String
  price: Int @deprecated(reason: "Use cost.")
  similar: [Product!]!
  reviews: [Review]
}

type Review {
  id: ID!
  body: String
  product: Product
}`);
  });
});
