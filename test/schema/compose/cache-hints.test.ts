import { describe, expect, it } from 'vitest';
import { type Composition, compose } from '../../../schema/compose/compose.ts';
import { readSupergraph } from '../../../schema/supergraph/read.ts';
import { readCacheHints } from '../../../schema/supergraph/read-cache-hints.ts';
import type { Supergraph } from '../../../schema/supergraph/supergraph.ts';

const link = (version: string, ...imports: string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/${version}", import: [${imports.map((name) => `"${name}"`).join(', ')}])`;
const definition = `directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  enum CacheControlScope { PUBLIC PRIVATE }`;

function composeAll(...sdls: string[]): Composition {
  return compose(sdls.map((sdl, index) => ({ kind: 'federation', name: `s${index}`, url: `http://s${index}/`, sdl })));
}

function supergraphOf(...sdls: string[]): Supergraph {
  const composition = composeAll(...sdls);
  if (composition.kind === 'composed') return composition.supergraph;
  throw new Error(JSON.stringify(composition.problems));
}

/** What is said at each coordinate, as one line. */
function hintsOf(sdl: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(readCacheHints(sdl), ([coordinate, { hint, tags }]) => {
      const { maxAge = '-', scope = '-', inheritMaxAge = false } = hint ?? {};
      return [coordinate, [maxAge, scope, inheritMaxAge ? 'inherits' : '-', ...tags].join(' ')];
    }),
  );
}

describe('what subgraphs say of caching', () => {
  it('is in the supergraph, and not in what clients see', () => {
    const supergraph = supergraphOf(`${link('v2.12', '@key', '@cacheTag')}
      ${definition}
      type Query { top(first: Int): [Product] @cacheControl(maxAge: 60, scope: PUBLIC) @cacheTag(format: "top-{$args.first}") }
      type Product @key(fields: "upc") @cacheControl(maxAge: 30) @cacheTag(format: "product-{$key.upc}") @cacheTag(format: "all") {
        upc: ID!
        brand: Brand @cacheControl(inheritMaxAge: true)
      }
      type Brand { name: String }`);
    expect(hintsOf(supergraph.sdl)).toEqual({
      'Query.top': '60 PUBLIC - top-{$args.first}',
      Product: '30 - - all product-{$key.upc}',
      'Product.brand': '- - inherits',
    });
    expect(supergraph.publicSdl).not.toMatch(/cache/i);
    expect(readSupergraph(supergraph.sdl)).toEqual(supergraph);
  });

  it('needs no definition, and is known by the names that a link gives it', () => {
    const { sdl } = supergraphOf(
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: [{ name: "@cacheTag", as: "@tagged" }])
        type Query { a: Int @cacheControl(maxAge: 5) @tagged(format: "a") @federation__cacheTag(format: "b") }`,
    );
    expect(hintsOf(sdl)).toEqual({ 'Query.a': '5 - - a b' });
  });

  it('is the least where several speak of one place', () => {
    const part = (hint: string) => `${link('v2.3', '@shareable')}
      type Query { a: Int @shareable ${hint} }`;
    const { sdl } = supergraphOf(
      part('@cacheControl(maxAge: 60, scope: PUBLIC) @cacheTag(format: "x")'),
      part('@cacheControl(maxAge: 10) @cacheTag(format: "y")'),
      part('@cacheControl(scope: PRIVATE)'),
      part(''),
    );
    expect(hintsOf(sdl)).toEqual({ 'Query.a': '10 PRIVATE - x y' });
  });

  it('leaves a supergraph without any as it was', () => {
    expect(supergraphOf('type Query { a: Int }').sdl).not.toMatch(/cache/i);
  });

  it('leaves a directive of the same name alone that means something else, and a type that is used elsewhere', () => {
    const { sdl, publicSdl } = supergraphOf(`directive @cacheTag(name: String) on FIELD_DEFINITION
      ${definition}
      type Query { a: CacheControlScope @cacheControl(maxAge: 1) @cacheTag(name: "a") }`);
    expect(hintsOf(sdl)).toEqual({ 'Query.a': '1 - -' });
    expect(publicSdl).toContain('enum CacheControlScope');
  });

  it.each([
    ['type Query { a: Int @cacheControl(maxAge: -1) }', 'Query.a', 'whole number of seconds'],
    ['type Query { a(b: Int @cacheControl(maxAge: 1)): Int }', 'Query.a(b:)', 'types and fields'],
    ['type Query { a: Int @cacheTag(format: "a b") }', 'Query.a', 'is no format'],
    ['type Query { a: Int @cacheTag(format: "{$args.a}-{$key.b}") }', 'Query.a', 'is no format'],
    ['type Query { a: Int @cacheTag(format: "{$key.b}") }', 'Query.a', '$args at a field'],
    ['type Query { a: A } type A { b: Int @cacheTag(format: "b") }', 'A.b', 'fields of Query'],
    ['type Query { a: A } type A @cacheTag(format: "{$args.b}") { b: Int }', 'A', '$key at a type'],
  ])('is refused when it cannot be meant: %s', (sdl, coordinate, words) => {
    const composition = composeAll(sdl);
    expect(composition).toMatchObject({
      kind: 'failed',
      problems: [{ code: 'INVALID_CACHE_HINT', subgraph: 's0', coordinate, message: expect.stringContaining(words) }],
    });
  });
});

describe('a supergraph of another composer', () => {
  it('says it by directives that are linked, or wrapped', () => {
    const schema = (links: string, rest: string) => `schema ${links} { query: Query } ${rest}`;
    expect(
      hintsOf(
        schema(
          '@link(url: "https://example.com/cacheControl/v1.0", import: [{ name: "@cacheControl", as: "@cc" }])',
          'type Query { a: Int @cc(maxAge: 7) b: Int @cacheControl(maxAge: "x", scope: OTHER) }',
        ),
      ),
    ).toEqual({ 'Query.a': '7 - -', 'Query.b': '0 - -' });
    expect(
      hintsOf(
        schema(
          '',
          'type Query { a: Int @join__directive(graphs: [A], name: "federation__cacheTag", args: { format: "a" }) @join__directive(graphs: [A], name: "cacheControl", args: { maxAge: 3, scope: PRIVATE }) }',
        ),
      ),
    ).toEqual({ 'Query.a': '3 PRIVATE - a' });
  });

  it('may compose the directive itself', () => {
    const { sdl } = supergraphOf(`extend schema
        @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@composeDirective"])
        @link(url: "https://example.com/cacheControl/v1.0", import: ["@cacheControl"])
        @composeDirective(name: "@cacheControl")
      ${definition}
      type Query { a: Int @cacheControl(maxAge: 9, scope: PRIVATE) }`);
    expect(hintsOf(sdl)).toEqual({ 'Query.a': '9 PRIVATE -' });
  });
});
