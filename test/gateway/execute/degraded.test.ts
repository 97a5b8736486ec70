import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../gateway/errors.ts';
import type { DeclaredDefault } from '../../../gateway/execute/default-values.ts';
import { type DegradedPath, degradedPathsOf } from '../../../gateway/execute/degraded-paths.ts';
import type { FetchResult } from '../../../gateway/transport/send.ts';
import { createTestSubgraph, type TestSubgraph } from '../../support/federated-subgraph.ts';
import { createTestGraph, type TestGraphOptions } from '../../support/test-graph.ts';

const link = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.3"
  import: ["@key", "@requires", "@external", "@shareable", "@inaccessible"]
)`;

const products = (count: number) => Array.from({ length: count }, (_, index) => ({ id: String(index), weight: index }));

/** What a transport makes of what its subgraph would answer. */
type Change = (result: FetchResult) => FetchResult;

const stale: Change = (result) => ({ ...result, degraded: 'stale' });
const sharedAndStale: Change = (result) => ({ ...result, shared: true, degraded: 'stale' });

function changed(subgraph: TestSubgraph, change: Change): TestSubgraph {
  const { transport } = subgraph;
  return { ...subgraph, transport: { ...transport, send: async (request) => change(await transport.send(request)) } };
}

function createCatalog(count: number): TestSubgraph {
  return createTestSubgraph({
    name: 'catalog',
    sdl: `${link}
      type Query { products: [Product!]! shelf: Shelf hero: Item me: Me @shareable }
      interface Item { id: ID! inStock: Boolean }
      type Me @shareable { a: Int }
      type Shelf { name: String products: [Product] }
      type Product implements Item @key(fields: "id") { id: ID! weight: Int inStock: Boolean @external }`,
    resolvers: {
      Query: {
        products: () => products(count),
        shelf: () => ({ name: 'top', products: [null, ...products(2)] }),
        hero: () => ({ __typename: 'Product', id: '0' }),
        me: () => ({ a: 1 }),
      },
      Product: { __resolveReference: ({ id }: { id: string }) => ({ id, weight: 1 }) },
    },
  });
}

function createStock(resolve: (id: string) => unknown = () => true): TestSubgraph {
  return createTestSubgraph({
    name: 'stock',
    sdl: `${link}
      type Query { warehouses: [String!]! me: Me @shareable }
      type Me @shareable { b: Int }
      enum Speed { FAST SLOW }
      type Product @key(fields: "id") {
        id: ID! weight: Int @external
        inStock: Boolean @shareable
        left: Int!
        speeds: [Speed!]
        near: [Product!]!
        freight: Float @requires(fields: "weight")
      }`,
    resolvers: {
      Query: { warehouses: () => ['north'], me: () => ({ b: 2 }) },
      Product: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        inStock: ({ id }: { id: string }) => resolve(id),
        left: () => 3,
        speeds: () => ['FAST'],
        near: ({ id }: { id: string }) => [{ id }],
        freight: () => 1.5,
      },
    },
  });
}

interface Case {
  readonly catalog?: Change;
  readonly stock?: Change;
  readonly down?: string;
  readonly count?: number;
  readonly defaults?: readonly DeclaredDefault[];
  readonly engine?: TestGraphOptions['engine'];
  readonly resolve?: (id: string) => unknown;
}

async function answerTo(query: string, given: Case = {}) {
  const { catalog = (same) => same, stock = (same) => same, down, count = 2, defaults = [], resolve } = given;
  const { engine = 'compiled' } = given;
  const subgraphs = [changed(createCatalog(count), catalog), changed(createStock(resolve), stock)];
  const graph = createTestGraph(subgraphs, { engine, defaults });
  if (down !== undefined) graph.down.add(down);
  const texts = new Set<string>();
  let answer: unknown;
  // From the third run on the answer is written by a compiled writer.
  for (let run = 0; run < 4; run++) {
    answer = await graph.run(query);
    texts.add(JSON.stringify(answer));
  }
  expect([...texts]).toHaveLength(1);
  return JSON.parse([...texts][0] ?? '') as {
    data: Record<string, unknown> | null;
    errors?: readonly { path: unknown; extensions: { code: string } }[];
    extensions?: { degraded: readonly DegradedPath[] };
  };
}

const linesOf = ({ extensions }: { extensions?: { degraded: readonly DegradedPath[] } }) =>
  extensions?.degraded.map(({ path, reason }) => `${reason} ${path.join('.')}`);

describe('an answer with old data', () => {
  it.each<[string, string, Case, readonly string[] | undefined]>([
    ['nothing, when nothing is old', '{ products { id inStock } }', {}, undefined],
    [
      'the root fields of an old answer',
      '{ list: products { id } shelf { name } }',
      { catalog: stale },
      ['stale list', 'stale shelf'],
    ],
    [
      'each field that old entities brought, under the names that the client gave',
      '{ products { id some: inStock left } }',
      { stock: stale },
      ['stale products.0.some', 'stale products.0.left', 'stale products.1.some', 'stale products.1.left'],
    ],
    [
      'the same when others were given the same answer',
      '{ products { left } }',
      { stock: sharedAndStale },
      ['stale products.0.left', 'stale products.1.left'],
    ],
    [
      'nothing below what is listed',
      '{ products { near { id left } } }',
      { stock: stale },
      ['stale products.0.near', 'stale products.1.near'],
    ],
    [
      'no items that are null',
      '{ shelf { products { left } } }',
      { stock: stale },
      ['stale shelf.products.1.left', 'stale shelf.products.2.left'],
    ],
    ['what a second subgraph answered for the same field', '{ me { a b } }', { stock: stale }, ['stale me.b']],
    ['what hangs on an interface', '{ hero { id inStock } }', { stock: stale }, ['stale hero.inStock']],
    [
      'data beside introspection',
      '{ __type(name: "Shelf") { name } shelf { name } }',
      { catalog: stale },
      ['stale shelf'],
    ],
    ['nothing that failed all the same', '{ shelf { name } warehouses }', { catalog: stale, down: 'stock' }, undefined],
  ])('lists %s', async (_name, query, given, expected) => {
    expect(linesOf(await answerTo(query, given))).toEqual(expected);
  });

  it('stands for the parts of long lists by their beginning, so that the list stays short', async () => {
    const many = await answerTo('{ products { left } shelf { name } }', { stock: stale, catalog: stale, count: 60 });
    expect(linesOf(many)).toEqual(['stale products', 'stale shelf']);
    const more = await answerTo('{ products { left inStock } }', { stock: stale, count: 60 });
    expect(linesOf(more)).toEqual(['stale products']);
    const aliases = Array.from({ length: 150 }, (_, index) => `a${index}: shelf { name }`).join(' ');
    expect(linesOf(await answerTo(`{ ${aliases} }`, { catalog: stale }))).toEqual(['stale ']);
  });

  it('comes from the stitched engine with one path that stands for all of it', async () => {
    const given: Case = { engine: 'stitched', stock: stale };
    expect(linesOf(await answerTo('{ products { left } }', given))).toEqual(['stale ']);
    expect(linesOf(await answerTo('{ shelf { name } }', given))).toBeUndefined();
  });

  it('is told apart from good ones', async () => {
    expect(degradedPathsOf(await answerTo('{ shelf { name } }', { catalog: stale }))).toHaveLength(1);
    expect(degradedPathsOf(await answerTo('{ shelf { name } }'))).toEqual([]);
  });
});

describe('a declared default', () => {
  const defaults: readonly DeclaredDefault[] = [
    { field: 'Product.inStock', value: false },
    { field: 'Product.left', value: 0 },
    { field: 'Product.near', value: [] },
    { field: 'Product.speeds', value: ['SLOW'] },
    { field: 'Query.warehouses', value: [] },
  ];
  const failing =
    (code: string, extensions: Record<string, unknown> = {}) =>
    (): never => {
      throw new GatewayError(code as 'SUBGRAPH_UNREACHABLE', 'No.', { extensions });
    };

  it('takes the place of null and an error when the fetch that should have brought the field fails', async () => {
    const answer = await answerTo('{ products { id inStock left near { id } speeds } warehouses }', {
      down: 'stock',
      defaults,
      count: 1,
    });
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual({
      products: [{ id: '0', inStock: false, left: 0, near: [], speeds: ['SLOW'] }],
      warehouses: [],
    });
    expect(linesOf(answer)).toEqual([
      'default products.0.inStock',
      'default products.0.left',
      'default products.0.near',
      'default products.0.speeds',
      'default warehouses',
    ]);
  });

  it('leaves what has none to its error, and is not listed where null took its place', async () => {
    const answer = await answerTo('{ shelf { products { inStock freight } } warehouses products { inStock left } }', {
      down: 'stock',
      defaults: [{ field: 'Product.inStock', value: null }],
    });
    expect(answer.data).toBeNull();
    expect(answer.extensions).toBeUndefined();
    const partly = await answerTo('{ shelf { products { inStock freight } } }', { down: 'stock', defaults });
    expect(partly.data).toEqual({
      shelf: { products: [null, { inStock: false, freight: null }, { inStock: false, freight: null }] },
    });
    expect(partly.errors?.map(({ path }) => path)).toEqual([
      ['shelf', 'products', 1, 'freight'],
      ['shelf', 'products', 2, 'freight'],
    ]);
    expect(linesOf(partly)).toEqual(['default shelf.products.1.inStock', 'default shelf.products.2.inStock']);
  });

  it('is that of the type, or else that of its interface', async () => {
    const both = [
      { field: 'Product.inStock', value: true },
      { field: 'Item.inStock', value: false },
    ];
    const own = await answerTo('{ hero { inStock } }', { down: 'stock', defaults: both });
    expect(own.data).toEqual({ hero: { inStock: true } });
    const inherited = await answerTo('{ hero { inStock } }', { down: 'stock', defaults: both.slice(1) });
    expect(inherited.data).toEqual({ hero: { inStock: false } });
  });

  it.each<[string, (() => never) | Change, boolean]>([
    ['a subgraph that is unreachable', failing('SUBGRAPH_UNREACHABLE'), true],
    ['one that is not asked as it failed so often', failing('SUBGRAPH_CIRCUIT_OPEN'), true],
    ['one that is blocked', failing('SUBGRAPH_BLOCKED'), true],
    ['the end of the time of the operation', failing('REQUEST_TIMEOUT'), true],
    ['status 503', failing('SUBGRAPH_HTTP_ERROR', { status: 503 }), true],
    ['status 429', failing('SUBGRAPH_HTTP_ERROR', { status: 429 }), true],
    ['status 403', failing('SUBGRAPH_HTTP_ERROR', { status: 403 }), false],
    ['what is no entity', () => ({ data: { _entities: 'none' } }), true],
  ])('is there for %s', async (_name, stock, isThere) => {
    const answer = await answerTo('{ products { inStock } }', { stock, defaults, count: 1 });
    expect(answer.data).toEqual({ products: [{ inStock: isThere ? false : null }] });
    expect(answer.errors === undefined).toBe(isThere);
  });

  it('is there for values that a subgraph gives and nobody can use, and for what null took with it', async () => {
    const values =
      (members: Record<string, unknown>): Change =>
      () => ({ data: { _entities: [{ __typename: 'Product', ...members }] } });
    const of = async (stock: Change, own = defaults) => {
      const answer = await answerTo('{ products { inStock left near { left } } }', { stock, defaults: own, count: 1 });
      return [answer.data?.['products'], answer.errors?.map(({ path }) => path), linesOf(answer)];
    };
    const good = { inStock: true, left: 1, near: [{ left: 2 }] };
    expect(await of(values(good))).toEqual([[good], undefined, undefined]);
    expect(await of(values({ ...good, inStock: null }))).toEqual([[{ ...good, inStock: null }], undefined, undefined]);
    expect(await of(values({ ...good, inStock: 'yes', left: null }))).toEqual([
      [{ ...good, inStock: false, left: 0 }],
      undefined,
      ['default products.0.inStock', 'default products.0.left'],
    ]);
    const { left: _left, ...without } = good;
    expect(await of(values(without))).toEqual([[{ ...good, left: 0 }], undefined, ['default products.0.left']]);
    const ofLists = defaults.filter(({ field }) => field === 'Product.near');
    expect(await of(values({ ...good, near: [{ left: 2 }, { left: null }] }), ofLists)).toEqual([
      [{ ...good, near: [] }],
      undefined,
      ['default products.0.near'],
    ]);
    const refused: Change = () => ({
      data: { _entities: [{ __typename: 'Product', ...good, near: [{ left: null }] }] },
      errors: [
        new GraphQLError('No.', { path: ['_entities', 0, 'near', 0, 'left'], extensions: { code: 'FORBIDDEN' } }),
      ],
    });
    expect(await of(refused, ofLists)).toEqual([undefined, [['products', 0, 'near', 0, 'left']], undefined]);
  });

  it('is not there for what a subgraph refuses, only for what it could not have of others', async () => {
    const of = async (code: string, extensions = {}) => {
      const error = Object.assign(new Error('No.'), { extensions: { code, ...extensions } });
      const answer = await answerTo('{ products { inStock } }', { defaults, resolve: () => error, count: 1 });
      return [answer.data, answer.errors?.map((one) => one.extensions.code)];
    };
    expect(await of('FORBIDDEN')).toEqual([{ products: [{ inStock: null }] }, ['FORBIDDEN']]);
    expect(await of('SUBGRAPH_TIMEOUT')).toEqual([{ products: [{ inStock: false }] }, undefined]);
  });

  it('must be a value of the field, which is said of all at once', () => {
    const wrong: readonly DeclaredDefault[] = [
      { field: 'Product.left', value: null },
      { field: 'Product.inStock', value: 'no' },
      { field: 'Product.speeds', value: ['WARP'] },
      { field: 'Query.shelf', value: { name: 'top' } },
      { field: 'Query.products', value: [null] },
      { field: 'Query.me', value: null },
      { field: 'Query.lost', value: 1 },
    ];
    const create = (defaults: readonly DeclaredDefault[]) =>
      createTestGraph([createCatalog(1), createStock()], { engine: 'compiled', defaults });
    expect(() => create(wrong)).toThrow(
      'The default for Product.left cannot be null: the field is Int!. ' +
        'The default for Product.inStock cannot be "no": the field is Boolean. ' +
        'The default for Product.speeds cannot be ["WARP"]: the field is [Speed!]. ' +
        'The default for Query.shelf cannot be {"name":"top"}: the field is Shelf. ' +
        'The default for Query.products cannot be [null]: the field is [Product!]!.',
    );
    expect(create(wrong.slice(-2)).lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        message: 'The default for Query.lost is for no field of the supergraph.',
      }),
    ]);
  });
});
