import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { CacheGraph } from '../../../gateway/cache/cache-graph.ts';
import { CacheModel } from '../../../gateway/cache/cache-model.ts';
import { createOperationPolicies } from '../../../gateway/cache/operation-policy.ts';
import { createRequiredPolicies } from '../../../gateway/cache/required-policies.ts';
import { cacheSection } from '../../../gateway/config/cache.ts';
import { compose } from '../../../schema/compose/compose.ts';
import { toOperation } from '../../support/test-graph.ts';

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query {
    top: [Product] @cacheControl(maxAge: 60, scope: PUBLIC)
    latest(first: Int, by: By): Product @cacheTag(format: "latest-{$args.first}-{$args.by.name}")
    plain: Product
    known: Known @cacheControl(maxAge: 100, scope: PUBLIC)
    found: [Found] @cacheControl(scope: PUBLIC)
    node: Node
    text: String
    root: Brand @cacheControl(inheritMaxAge: true)
  }
  input By { name: String }
  type Product { upc: ID  name: String @cacheControl(maxAge: 20)  mine: Int @cacheControl(scope: PRIVATE)  brand: Brand  near: [Brand] @cacheControl(inheritMaxAge: true) }
  type Brand @cacheTag(format: "brand-{$key.name}") { name: String  owner: Brand @cacheControl(maxAge: 5) }
  type Known @cacheControl(maxAge: 10, scope: PRIVATE) { a: Int }
  union Found = Known | Seen
  type Seen @cacheControl(maxAge: 40) @cacheTag(format: "seen") { b: Int }
  interface Node @cacheControl(maxAge: 80, scope: PUBLIC) { id: ID }
  type User implements Node { id: ID @cacheControl(maxAge: 15) }
  type Post implements Node { id: ID }`;

function createSubject(config: object = {}, sdls: readonly string[] = [sdl]) {
  const composition = compose(
    sdls.map((one, index) => ({ kind: 'federation', name: `s${index}`, url: 'http://all/', sdl: one })),
  );
  if (composition.kind === 'failed') throw new Error(JSON.stringify(composition.problems));
  const { supergraph } = composition;
  const schema = buildSchema(supergraph.publicSdl);
  const unmatched: string[] = [];
  const model = new CacheModel({
    supergraph,
    schema,
    config: cacheSection.parse(config),
    onUnmatched: (pattern) => unmatched.push(pattern),
  });
  const graph = new CacheGraph(supergraph, cacheSection.parse(config));
  const policyOf = createOperationPolicies(schema, model, createRequiredPolicies(graph));
  return {
    unmatched,
    policyOf,
    /** Seconds, scope, and whether the backends have to say something as well. */
    lineOf(query: string): string {
      const found = policyOf(toOperation(query));
      if (found === undefined) return 'never';
      const { policy, isComplete } = found;
      return `${policy.maxAgeMs / 1_000} ${policy.scope}${isComplete ? '' : ', if backends say more'}`;
    },
  };
}

describe('what an operation allows', () => {
  const { lineOf } = createSubject();
  it.each([
    ['has the least age of all its fields', '{ top { upc name } }', '20 public'],
    ['is inherited by fields that hold no objects', '{ top { upc } }', '60 public'],
    [
      'is up to the backends where a field with objects says nothing',
      '{ top { brand { name } } }',
      '60 unstated, if backends say more',
    ],
    ['is up to the backends where a root field says nothing', '{ text }', 'Infinity unstated, if backends say more'],
    ['cannot be inherited at the root', '{ root { name } }', 'Infinity unstated, if backends say more'],
    ['is inherited where a field says so', '{ top { near { name } } }', '60 public'],
    ['is private when a part is', '{ top { upc mine } }', '60 private'],
    ['is what a field says rather than its type', '{ known { a } }', '100 public'],
    ['is the least of the types that may be found', '{ found { __typename } }', '10 public'],
    ['is what an interface says', '{ node { __typename } }', '80 public'],
    ['is the least of what the types of an interface say of a field', '{ node { id } }', '15 public'],
    ['counts what is in fragments', '{ ...F } fragment F on Query { top { ... { name } } }', '20 public'],
    ['counts what may be left out', 'query ($a: Boolean!) { top { upc name @include(if: $a) } }', '20 public'],
    ['needs somebody to say that objects are public', '{ top { near { owner { name } } } }', '5 unstated'],
    ['is nothing for the schema', '{ top { upc } __schema { queryType { name } } }', 'never'],
    ['is nothing where nothing is asked', '{ __typename }', 'never'],
  ])('%s', (_what, query, line) => {
    expect(lineOf(query)).toBe(line);
  });

  it('may be said by rules, of which the least counts as well', () => {
    const {
      lineOf: by,
      unmatched,
      policyOf,
    } = createSubject({
      defaultMaxAge: '3s',
      staleIfError: '1m',
      rules: [
        { fields: 'Query.t*', maxAge: '50s', scope: 'public', staleWhileRevalidate: '7s' },
        { fields: 'Product.mine', scope: 'public' },
        { fields: 'Brand', maxAge: '30s', scope: 'public' },
        { fields: 'Nothing', maxAge: '1s' },
      ],
    });
    expect(by('{ text }')).toBe('50 public');
    expect(by('{ top { upc } }')).toBe('50 public');
    expect(by('{ top { mine } }')).toBe('50 private');
    expect(by('{ top { brand { name } } }')).toBe('30 public');
    expect(by('{ plain { upc } }')).toBe('3 unstated');
    expect(unmatched).toEqual(['Nothing']);
    const stale = policyOf(toOperation('{ top { upc } }'))?.policy;
    expect(stale).toMatchObject({ staleWhileRevalidateMs: 7_000, staleIfErrorMs: 60_000 });
    // Of the name nobody has said that it may be late.
    expect(policyOf(toOperation('{ top { name } }'))?.policy.staleWhileRevalidateMs).toBe(0);
  });

  it('is nothing for what changes something, or goes on', () => {
    expect(lineOf('mutation { rename }')).toBe('never');
    expect(lineOf('subscription { changed }')).toBe('never');
  });
});

it('names what answers are removed by', () => {
  const { policyOf } = createSubject();
  const tagsOf = (query: string, variables = {}) => policyOf(toOperation(query))?.tagsOf(variables).toSorted();
  expect(tagsOf('{ found { __typename } }')).toEqual(['tag:seen', 'type:Found', 'type:Known', 'type:Seen']);
  const latest = 'query ($n: Int, $by: By) { a: latest(first: $n, by: $by) { upc } b: latest(first: 9) { upc } }';
  expect(tagsOf(latest, { n: 1, by: { name: 'x y' } })).toEqual(['tag:latest-1-x y', 'type:Product']);
});

describe('what is computed from other fields', () => {
  const head = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@inaccessible"])`;
  const { lineOf } = createSubject({}, [
    `${head}
      type Query { top: [Product] @cacheControl(maxAge: 60, scope: PUBLIC) }
      type Product @key(fields: "upc") {
        upc: ID
        weight: Int @cacheControl(maxAge: 7)
        secret: Int @inaccessible @cacheControl(maxAge: 50, scope: PRIVATE)
        size: Size @cacheControl(maxAge: 30, scope: PUBLIC)
      }
      type Size { width: Int  height: Int @cacheControl(maxAge: 3) }`,
    `${head}
      type Product @key(fields: "upc") {
        upc: ID
        weight: Int @external
        secret: Int @external
        size: Size @external
        estimate: Int @requires(fields: "weight") @cacheControl(maxAge: 40, scope: PUBLIC)
        mine: Int @requires(fields: "secret")
        flat: Int @requires(fields: "size { width }")
        tall: Int @requires(fields: "size { height }")
        price: Int @external
        total: Int @requires(fields: "price")
      }
      type Size { width: Int @external  height: Int @external }`,
    `${head}
      type Product @key(fields: "upc") {
        upc: ID
        estimate: Int @external
        price: Int @requires(fields: "estimate")
      }`,
  ]);
  it.each([
    ['is no fresher than those', '{ top { estimate } }', '7 public'],
    ['is for nobody else, though clients do not see them', '{ top { mine } }', '50 private'],
    ['counts no other fields of the objects that they hold', '{ top { flat } }', '30 public'],
    ['counts those that it needs', '{ top { tall } }', '3 public'],
    ['counts what those are computed from', '{ top { total } }', '7 public'],
  ])('%s', (_what, query, line) => {
    expect(lineOf(query)).toBe(line);
  });
});
