import { describe, expect, it } from 'vitest';
import { toOperation } from '../../../support/test-graph.ts';
import { composed, costsOf, handwritten, toCostConfig } from './cost-harness.ts';

const shop = composed(
  /* GraphQL */ `
  type Query {
    me: User
    users(first: Int, last: Int): [User!] @listSize(slicingArguments: ["first", "last"], assumedSize: 50, requireOneSlicingArgument: false)
    top(first: Int = 5): [User!]! @listSize(slicingArguments: ["first"])
    all: [User] @listSize(assumedSize: 3)
    plain: [User]
    matrix: [[User]]
    tags: [String!]
    moods: [Mood]
    friends(page: Page): Connection @listSize(slicingArguments: ["after"], sizedFields: ["edges"]) 
    people(first: Int): Connection
    search(filter: Filter, filters: [Filter!], word: String, deep: Deep @cost(weight: 4)): Result
    dear: User @cost(weight: 20)
    node: Node
    nodes: [Node!]
    result: Result
  }
  type Mutation { rename(name: String): User  ping: Boolean }
  type Subscription { renamed: User }
  input Page { first: Int  last: Int }
  input Filter { text: String  dear: String @cost(weight: 7)  not: Filter  any: [Filter!]  limit: Int = 3 @cost(weight: 2) }
  input Deep { a: String }
  interface Node { id: ID!  owner: User  children(first: Int): [Node!] }
  type User implements Node { id: ID!  name: String  mood: Mood  owner: User  children(first: Int): [Node!]  best: User  stamp: Stamp }
  type Gem implements Node @cost(weight: 9) { id: ID!  owner: User @cost(weight: 30)  children(first: Int): [Node!]  carats: Int  seller: User }
  type Rock { owner: User  weight: Int }
  union Result = User | Gem | Rock
  type Connection { edges: [Edge!]  page: String  nodes: [User!] }
  type Edge { node: User }
  enum Mood @cost(weight: 2) { GOOD BAD }
  scalar Stamp @cost(weight: 6)
`.replace('friends(page: Page)', 'friends(after: Int, page: Page)'),
);

describe('the estimate', () => {
  const { estimate } = costsOf(shop);

  it.each<[string, number]>([
    // Types: objects 1, leaves 0, what @cost says.
    ['{ __typename }', 0],
    ['{ me { id name __typename } }', 1],
    ['{ me { mood stamp } }', 1 + 2 + 6],
    ['{ dear { id } }', 20],
    ['{ dear { best { best { id } } } }', 22],
    ['mutation { ping }', 10],
    ['mutation { a: rename { id } b: rename { id } }', 12],
    ['subscription { renamed { id } }', 1],
    // Lists.
    ['{ plain { id } }', 10],
    ['{ plain { best { mood } } }', 10 * (1 + 1 + 2)],
    ['{ matrix { id } }', 100],
    ['{ tags }', 0],
    ['{ moods }', 20],
    ['{ all { id } }', 3],
    ['{ users { id } }', 50],
    ['{ users(first: 7) { id } }', 7],
    ['{ users(first: 7, last: 9) { id } }', 9],
    ['{ users(first: null, last: 9) { id } }', 9],
    ['{ users(first: 0) { id } }', 0],
    ['{ top { id } }', 5],
    ['{ top(first: 2) { id } }', 2],
    // The size is of a list below.
    ['{ friends(after: 4) { page edges { node { id } } } }', 1 + 4 * 2],
    ['{ friends(after: 4) { nodes { id } } }', 1 + 10],
    // Without @listSize the names speak.
    ['{ people(first: 4) { e: edges { node { id } } nodes { mood } } }', 1 + 4 * 2 + 4 * 3],
    ['{ people { edges { node { id } } } }', 1 + 10 * 2],
    // Arguments and input objects.
    ['{ search(word: "a") { __typename } }', 9],
    ['{ search(filter: {}) { __typename } }', 9 + 1 + 2],
    ['{ search(filter: { text: "a", dear: "b", limit: 1, not: { limit: null } }) { __typename } }', 9 + 1 + 7 + 2 + 1],
    ['{ search(filter: { limit: null, any: [{ limit: null }, { limit: null }] }) { __typename } }', 9 + 3],
    ['{ search(filters: { limit: null }) { __typename } }', 9 + 1],
    ['{ search(deep: { a: "a" }) { __typename } }', 9 + 4],
    ['{ search(deep: null) { __typename } }', 9],
    // Abstract types: the dearest.
    ['{ node { id } }', 9],
    ['{ node { ... on User { mood } } }', 9],
    ['{ node { ... on User { best { best { stamp mood } } } } }', 1 + 1 + 1 + 6 + 2],
    ['{ node { owner { id } ... on Gem { seller { id } } ... on User { best { id } } } }', 9 + 30 + 1],
    ['{ result { ... on Rock { owner { id } } ... on Node { owner { id } } } }', 9 + 30],
    ['{ nodes { children(first: 2) { id } } }', 10 * (9 + 2 * 9)],
    ['{ node { ... on User { ... on Node { owner { id } } } } }', 9],
    // Selections of one object are merged.
    ['{ me { best { id } } me { best { name } owner { id } } ... { me { best { id } } } }', 3],
    ['{ me { ...f ...g } } fragment f on User { best { id } } fragment g on Node { ... on User { best { name } } }', 2],
    // Introspection has its own limits.
    ['{ __schema { types { fields { name } } } __type(name: "User") { name } }', 2],
  ])('of %s is %i', (text, cost) => {
    expect(estimate(text)).toBe(cost);
  });

  it.each<[string, Record<string, unknown>, number]>([
    ['query ($n: Int) { users(first: $n) { id } }', { n: 8 }, 8],
    ['query ($n: Int) { users(first: $n) { id } }', {}, 50],
    ['query ($n: Int = 6) { users(first: $n) { best { id } } }', {}, 12],
    ['query ($n: Int) { top(first: $n) { id } }', {}, 5],
    ['query ($n: Int!) { users(first: $n) { mood } all { mood } }', { n: 2 }, 6 + 9],
    ['query ($f: Filter) { search(filter: $f) { __typename } }', { f: { dear: 'x', not: {} } }, 9 + 1 + 7 + 2 + 1 + 2],
    ['query ($d: String) { search(filter: { dear: $d, limit: null }) { __typename } }', { d: 'x' }, 9 + 1 + 7],
    ['query ($a: Boolean!) { me @include(if: $a) { id } }', { a: false }, 0],
    ['query ($a: Boolean!) { me @skip(if: $a) { id } }', { a: false }, 1],
    [
      'query ($a: Boolean!) { me @skip(if: true) { id } dear @include(if: false) { id } ... @include(if: $a) { me { id } } }',
      { a: true },
      1,
    ],
    [
      'query ($a: Boolean!) { me { best @include(if: $a) { id } best @skip(if: $a) { owner { id } } } }',
      { a: true },
      2,
    ],
    [
      'query ($a: Boolean!) { me { best @include(if: $a) { id } best @skip(if: $a) { owner { id } } } }',
      { a: false },
      3,
    ],
    ['query ($a: Boolean!) { me { ... @include(if: $a) { ... @skip(if: $a) { best { id } } } } }', { a: true }, 1],
  ])('of %s with %o is %i', (text, variables, cost) => {
    expect(estimate(text, variables)).toBe(cost);
  });

  it.each([-1, -2_147_483_648])('does not take %i for a bound', (first) => {
    expect(estimate(`{ users(first: ${first}) { id } }`)).toBe(50);
    expect(estimate('query ($n: Int) { top(first: $n) { id } }', { n: first })).toBe(10);
  });

  it('stays finite, exact in JSON, however large the sizes', () => {
    const levels = 18;
    const text = `{ nodes { ${'children(first: 2147483647) { '.repeat(levels)} id ${'}'.repeat(levels)} } }`;
    expect(estimate(text)).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('is linear to the document when fragments spread fragments twice', () => {
    const depth = 60;
    const fragments = Array.from(
      { length: depth },
      (_, level) => `fragment f${level} on User { a: best { ...f${level + 1} } b: best { ...f${level + 1} } }`,
    );
    const text = `query ($n: Int) { users(first: $n) { ...f0 } } ${fragments.join(' ')} fragment f${depth} on User { best { id } }`;
    const operation = toOperation(text);
    const startedAt = performance.now();
    expect(costsOf(shop).cost.estimateOf(operation, { n: 1 })).toBe(Number.MAX_SAFE_INTEGER);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('configured weights', () => {
  it('come before those of the supergraph', () => {
    const weights = {
      User: 3,
      'Query.me': 100,
      'Node.owner': 5,
      'Query.search(deep:)': 1,
      'Filter.dear': 0,
      Mutation: 40,
    };
    const { estimate } = costsOf(shop, toCostConfig({ weights, defaultListSize: 4 }));
    expect(estimate('{ me { best { id } } }')).toBe(103);
    expect(estimate('{ plain { id } }')).toBe(12);
    expect(estimate('{ node { owner { id } } }')).toBe(9 + 5);
    expect(estimate('{ search(deep: {}, filter: { dear: "x", limit: null }) { __typename } }')).toBe(9 + 1 + 1);
    expect(estimate('mutation { ping }')).toBe(40);
  });

  it('are told when they are of nothing', () => {
    const weights = {
      Usr: 1,
      'User.nam': 1,
      'Query.search(wrd:)': 1,
      'Filter.dear': 1,
      'Query.search(word:)': 1,
      Mood: 1,
    };
    const { lines } = costsOf(shop, toCostConfig({ weights }));
    expect(lines.map(({ level, fields }) => [level, fields])).toEqual([
      ['warn', { coordinates: ['Usr', 'User.nam', 'Query.search(wrd:)'] }],
    ]);
  });
});

describe('the directives of a supergraph', () => {
  it('are read by the names that subgraphs give them', () => {
    const { estimate } = costsOf(
      composed(`
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
          import: [{ name: "@cost", as: "@price" }, { name: "@listSize", as: "@size" }])
        type Query { a: [A] @size(assumedSize: 4)  b(x: Int @price(weight: 3)): A }
        type A @price(weight: 2) { id: ID  mood: Mood }
        enum Mood @price(weight: 5) { GOOD }
      `),
    );
    expect(estimate('{ a { id mood } }')).toBe(4 * 7);
    expect(estimate('{ b(x: 1) { id } }')).toBe(5);
  });

  it('are read by their prefix when they are not imported, with weights that are strings and paths to slices', () => {
    const { estimate } = costsOf(
      handwritten(`
        type Query { a(page: Page = { first: 2 }): [A] @cost__listSize(slicingArguments: ["page.first"])  b: A @cost(weight: "1.5") }
        input Page { first: Int  last: Int }
        type A { id: ID }
      `),
    );
    expect(estimate('{ a { id } }')).toBe(2);
    expect(estimate('{ a(page: { first: 7 }) { id } }')).toBe(1 + 7);
    expect(estimate('query ($n: Int) { a(page: { first: $n }) { id } }', { n: 9 })).toBe(1 + 9);
    expect(estimate('{ b { id } }')).toBe(1.5);
  });

  it('bring the greatest of what subgraphs say of a shared field', () => {
    const of = (weight: number, size: number) =>
      `type Query { a: [A] @shareable @listSize(assumedSize: ${size}) } type A @shareable { x: Int @cost(weight: ${weight}) }`;
    expect(costsOf(composed(of(3, 10), of(8, 2))).estimate('{ a { x } }')).toBe(10 * (1 + 8));
  });

  it('may be negative, but no field is cheaper than nothing', () => {
    const { estimate } = costsOf(
      composed(
        'type Query { a(cached: Boolean @cost(weight: -3)): A  b: A } type A @cost(weight: 5) { x: Int @cost(weight: -50) }',
      ),
    );
    expect(estimate('{ a(cached: true) { __typename } }')).toBe(2);
    expect(estimate('{ a(cached: true) { x } b { x } }')).toBe(2 + 5);
  });
});
