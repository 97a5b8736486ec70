import { describe, expect, it } from 'vitest';
import { anonymous } from '../../../../gateway/identity/identity.ts';
import type { Verdict } from '../../../../gateway/policy/policy.ts';
import type { Supergraph } from '../../../../schema/supergraph/supergraph.ts';
import { composed, costsOf, toCostConfig } from './cost-harness.ts';

const link = (version: string, imports: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/${version}", import: [${imports}])\n`;
const imports = '"@key", "@shareable", "@cost", "@external", "@provides", "@requires", "@override", "@interfaceObject"';

/** Called s0, s1 and s2. */
const shop = composed(
  `${link('v2.9', imports)}
  type Query { products: [Product]  top: Product  one: Thing }
  type Product @key(fields: "id") { id: ID!  name: String @cost(weight: 2)  shared: Extra @shareable  price: Int }
  type Extra @shareable { text: String @cost(weight: 5) }
  type Brand @key(fields: "id") { id: ID!  motto: Motto @external  owner: Owner  seal: Owner }
  type Motto @shareable { text: String }
  type Owner @shareable { name: String }
  extend type Product { brand: Brand @provides(fields: "motto { text }") }
  union Thing = Product | Brand
  type Mutation { buy(id: ID! @cost(weight: 3)): Product }`,
  `${link('v2.9', imports)}
  type Query { brands: [Brand] }
  type Product @key(fields: "id") {
    id: ID!
    shared: Extra @shareable
    price: Int @external
    reviews(first: Int): [Review]
    tax: Review @requires(fields: "price")
  }
  type Extra @shareable { text: String }
  type Brand @key(fields: "id") { id: ID!  motto: Motto }
  type Motto @shareable { text: String }
  type Review @cost(weight: 4) { id: ID!  product: Product }`,
  `${link('v2.9', imports)}
  type Brand @key(fields: "id") { id: ID!  owner: Owner @override(from: "s0")  seal: Owner @override(from: "s0", label: "percent(10)") }
  type Owner @shareable { name: String }`,
);

function sharesOf(supergraph: Supergraph, text: string, variables?: Record<string, unknown>): readonly number[] {
  const { cost, read, coerce } = costsOf(supergraph, toCostConfig({ defaultListSize: 3 }));
  const operation = read(text);
  const coerced = coerce(operation, variables);
  return supergraph.subgraphs.map(({ name }) => cost.estimateFor(name, operation, coerced));
}

describe('the cost for a subgraph', () => {
  it.each<[string, readonly number[], Record<string, unknown>?]>([
    ['{ products { id } }', [3, 0, 0]],
    ['{ products { name } }', [3 * (1 + 2), 0, 0]],
    ['{ products { reviews { id } } }', [3, 3 * 3 * 4, 0]],
    ['{ products { reviews { product { name reviews { id } } } } }', [3 + 3 * 3 * 2, 3 * 3 * (4 + 1 + 3 * 4), 0]],
    ['query ($n: Int) { top { reviews(first: $n) { id } } }', [1, 7 * 4, 0], { n: 7 }],
    ['query ($a: Boolean!) { top { reviews @include(if: $a) { id } } }', [1, 0, 0], { a: false }],
    ['{ top { tax { id } } }', [1, 4, 0]],
    ['{ brands { owner { name } } }', [0, 3, 3]],
    ['{ one { ... on Product { reviews { id } } ... on Brand { motto { text } } } }', [1 + 1, 12, 0]],
    ['mutation { buy(id: 1) { name } }', [1 + 3 + 2, 0, 0]],
    ['{ __typename __schema { queryType { name } } }', [0, 0, 0]],
  ])('is that of the fields which it answers: %s', (text, shares, variables) => {
    expect(sharesOf(shop, text, variables)).toEqual(shares);
  });

  it.each<[string, readonly number[]]>([
    ['{ top { shared { text } } }', [1 + 6, 6, 0]],
    ['{ brands { motto { text } } }', [3, 3 + 3, 0]],
    ['{ top { brand { motto { text } } } }', [1 + 1 + 1, 1, 0]],
    ['{ brands { seal { name } } }', [3, 3, 3]],
  ])('is counted for each that may answer, of which the plan chooses: %s', (text, shares) => {
    expect(sharesOf(shop, text)).toEqual(shares);
  });

  it('counts fields that another subgraph adds to all types of an interface', () => {
    const media = composed(
      `${link('v2.9', imports)}
      type Query { media: [Media] }
      interface Media @key(fields: "id") { id: ID! }
      type Book implements Media @key(fields: "id") { id: ID!  author: Author }
      type Film implements Media @key(fields: "id") { id: ID! }
      type Author { name: String }`,
      `${link('v2.9', imports)}
      type Media @key(fields: "id") @interfaceObject { id: ID!  reviews: [Review] }
      type Review { id: ID! }`,
    );
    expect(sharesOf(media, '{ media { id reviews { id } ... on Book { author { name } } } }')).toEqual([3 * 2, 3 * 3]);
  });

  it('is held against its limit, whatever the whole may cost', () => {
    const config = toCostConfig({ defaultListSize: 3, subgraphs: { s1: 8, gone: 1 }, report: true });
    const { cost, read, lines } = costsOf(shop, config);
    expect(lines).toEqual([
      {
        level: 'warn',
        message: 'Limits in "cost" are of no subgraph of the supergraph.',
        fields: { subgraphs: ['gone'] },
      },
    ]);
    const enforce = (text: string) =>
      cost.enforce({
        operation: read(text),
        variables: {},
        identity: anonymous,
        client: { name: undefined, version: undefined },
        ip: undefined,
        requestId: 'r1',
      }) as Verdict;
    expect(() => enforce('{ top { reviews { id } } }')).toThrow(
      expect.objectContaining({
        code: 'COST_LIMIT_EXCEEDED',
        message:
          'What the operation asks of the subgraph "s1" is estimated to cost 12, and 8 is allowed. Ask for fewer fields or shorter lists.',
        extensions: { cost: { subgraph: 's1', estimated: 12, limit: 8 } },
      }),
    );
    const answer = enforce('{ top { a: tax { id } b: tax { id } } }').onAnswer?.({ data: { top: null } });
    expect(answer?.extensions?.['cost']).toEqual({
      estimated: 9,
      actual: 0,
      limit: 5_000,
      subgraphs: { s1: { estimated: 8, limit: 8 }, gone: { estimated: 0, limit: 1 } },
    });
  });
});
