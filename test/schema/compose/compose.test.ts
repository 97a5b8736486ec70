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
  return composition.problems.map(
    ({ code, subgraph, coordinate }) => `${code} ${subgraph ?? '-'} ${coordinate ?? '-'}`,
  );
}

function firstMessage(composition: Composition): string | undefined {
  return composition.kind === 'failed' ? composition.problems[0]?.message : undefined;
}

function fieldsOf(schema: GraphQLSchema, type: string): readonly string[] {
  return Object.keys((schema.getType(type) as GraphQLObjectType).getFields());
}

describe('a supergraph', () => {
  it('is refused when a field takes an argument from a context, which nobody would give it', () => {
    const sdl = (argument: string) =>
      `${link('"@key", "@context", "@fromContext"', 'v2.8')} type Query { user: User }
       type User @key(fields: "id") @context(name: "user") { id: ID! currency: String account: Account }
       type Account @key(fields: "id") { id: ID! balance(currency: String ${argument}): Int }`;
    expect(problems(federation('a', sdl('@fromContext(field: "$user { currency }")')))).toEqual([
      'UNSUPPORTED_FEATURE - Account.balance',
    ]);
    expect(problems(federation('a', sdl('')))).toEqual([]);
  });

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
  """In the backyard."""
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

describe('a plain GraphQL service', () => {
  it('may be printed from introspection, name its root types as it likes and refer to them', () => {
    const supergraph = composed(
      graphql(
        'plain',
        `directive @tag(own: Int) on OBJECT
         directive @live on QUERY
         schema { query: Root mutation: Changes subscription: Events }
         type Root @tag(own: 1) { self: Root item(id: ID!): Item search: [Result!] _service: _Service! _entities: [Int] }
         type Changes { rename(input: Rename!): Root }
         type Events { renamed: Item }
         input Rename @oneOf { a: String b: String @deprecated }
         type Item @unheardOf { id: ID! at: Date _service: String }
         union Result = Item
         scalar Date @specifiedBy(url: "https://example.org/date")
         scalar ID
         type _Service { sdl: String }
         type __Schema { types: [Int] }
         enum __TypeKind { OBJECT }`,
      ),
      federation('other', 'type Query { other: Int }'),
    );
    const schema = buildSchema(supergraph.publicSdl);
    expect(supergraph.publicSdl).toContain('input Rename @oneOf {');
    expect(supergraph.publicSdl).toContain('b: String @deprecated');
    expect(supergraph.publicSdl).toContain('scalar Date @specifiedBy(url: "https://example.org/date")');
    expect(schema.getSubscriptionType()?.name).toBe('Subscription');
    expect(fieldsOf(schema, 'Query')).toEqual(['other', 'self', 'item', 'search']);
    expect(fieldsOf(schema, 'Item')).toEqual(['id', 'at', '_service']);
    expect(schema.getQueryType()?.getFields()['self']?.type.toString()).toBe('Query');
  });

  it('shares its types with everybody, but not its root fields', () => {
    const sdl = 'type Query { ping: Int } type Money { amount: Int }';
    expect(problems(graphql('a', sdl), graphql('b', sdl))).toEqual(['INVALID_FIELD_SHARING - Query.ping']);
    const other = sdl.replace('ping', 'pong');
    expect(composed(graphql('a', sdl), graphql('b', other)).publicSdl).toContain('amount: Int');
  });

  it('is taken at its word when it speaks federation itself', () => {
    const types = 'type Query { item(id: ID!): Item } type Item { id: ID! a: Int }';
    const entities = { Item: { key: 'id', field: 'item', argument: 'id', list: false } };
    const owner = federation('owner', `${link()} type Item @key(fields: "id") { id: ID! b: Int }`);
    for (const imports of ['{ name: "@key", as: "@id" }', '"@key"', '']) {
      const { sdl } = composed(graphql('plain', link(imports) + types, entities), owner);
      expect(sdl).toContain('@join__type(graph: PLAIN, key: "id")');
    }
    expect(
      problems(graphql('plain', link() + types, entities), federation('owner', owner.sdl.replace('b:', 'a:'))),
    ).toEqual(['INVALID_FIELD_SHARING - Item.a']);
  });

  const entitySdl = `
    type Query {
      one(id: ID!): Item many(ids: [ID!]!): [Item] node(id: ID!): Node anything(id: String): Any byNumber(n: Int!): Item
      byFilter(filter: Filter): Item scoped(id: ID!, tenant: ID!, page: Int! = 1): Item other(id: ID!): Other
      nested(ids: [[ID!]]): [[Item]]
    }
    interface Node { id: ID! }
    union Any = Item | Other
    type Other { id: ID! parts: [ID!] item: Item }
    input Filter { id: ID }
    type Item implements Node { id: ID! }
    extend type Item { sku: Sku }
    scalar Sku`;

  it.each([
    ['Item', 'id', 'one', 'id', false, []],
    ['Item', 'id', 'many', 'ids', true, []],
    ['Item', 'id', 'node', 'id', false, []],
    ['Item', 'id', 'anything', 'id', false, []],
    ['Item', 'sku', 'byNumber', 'n', false, []],
    ['Nope', 'id', 'one', 'id', false, ['ENTITY_TYPE_UNKNOWN Nope', 'ENTITY_RESULT_MISMATCH Query.one']],
    ['Node', 'id', 'node', 'id', false, ['ENTITY_TYPE_UNKNOWN Node']],
    ['Item', 'nope', 'one', 'id', false, ['ENTITY_KEY_UNKNOWN Item.nope']],
    ['Item', 'id sku', 'one', 'id', false, ['ENTITY_KEY_UNKNOWN Item.id sku']],
    ['Other', 'item', 'other', 'id', false, ['ENTITY_KEY_UNKNOWN Other.item']],
    ['Other', 'parts', 'other', 'id', false, ['ENTITY_KEY_UNKNOWN Other.parts']],
    ['Item', 'id', 'nope', 'id', false, ['ENTITY_FIELD_UNKNOWN Query.nope']],
    ['Item', 'id', 'constructor', 'id', false, ['ENTITY_FIELD_UNKNOWN Query.constructor']],
    [
      'Item',
      'id',
      'one',
      'nope',
      false,
      ['ENTITY_ARGUMENT_UNKNOWN Query.one(nope:)', 'ENTITY_ARGUMENT_MISMATCH Query.one(nope:)'],
    ],
    ['Item', 'id', 'one', 'id', true, ['ENTITY_ARGUMENT_MISMATCH Query.one(id:)', 'ENTITY_RESULT_MISMATCH Query.one']],
    [
      'Item',
      'id',
      'many',
      'ids',
      false,
      ['ENTITY_ARGUMENT_MISMATCH Query.many(ids:)', 'ENTITY_RESULT_MISMATCH Query.many'],
    ],
    [
      'Item',
      'id',
      'nested',
      'ids',
      true,
      ['ENTITY_ARGUMENT_MISMATCH Query.nested(ids:)', 'ENTITY_RESULT_MISMATCH Query.nested'],
    ],
    ['Item', 'id', 'byNumber', 'n', false, ['ENTITY_ARGUMENT_MISMATCH Query.byNumber(n:)']],
    ['Item', 'id', 'byFilter', 'filter', false, ['ENTITY_ARGUMENT_MISMATCH Query.byFilter(filter:)']],
    ['Item', 'id', 'scoped', 'id', false, ['ENTITY_ARGUMENT_MISMATCH Query.scoped(id:)']],
    ['Item', 'id', 'other', 'id', false, ['ENTITY_RESULT_MISMATCH Query.other']],
  ])('has its lookup of %s by %s through %s(%s:), list %s, checked', (type, key, field, argument, list, expected) => {
    const found = problems(graphql('plain', entitySdl, { [type]: { key, field, argument, list } }));
    expect(found).toEqual(expected.map((problem) => problem.replace(' ', ' plain ')));
  });
});

describe('a REST service', () => {
  it('may link federation or not', () => {
    const types = `
      type Query { stock: [Product] @rest(path: "/stock") }
      type Product @key(fields: "upc") @rest(path: "/products/{$key.upc}") { upc: ID! @restName(name: "id") name: String }
      union Any @restType(discriminator: "kind") = Product
      enum RestMethod { GET }
      type RestHeader { mine: Int }`;
    const owner = federation(
      'owner',
      `${link()} type Product @key(fields: "upc") { upc: ID! name: String @shareable }`,
    );
    expect(composed(rest('stock', types), owner).publicSdl).toContain('type RestHeader');
    expect(composed(rest('stock', types), owner).publicSdl).not.toContain('RestMethod');
    expect(problems(rest('stock', link('"@key"') + types), owner)).toEqual(['INVALID_FIELD_SHARING - Product.name']);
  });
});

describe('federation', () => {
  it('of versions after 2.9 is composed as far as it uses what 2.9 has', () => {
    const sdl = 'type Query { a: Int }';
    expect(composed(federation('a', link('"@key"', 'v2.12') + sdl)).publicSdl).toContain('a: Int');
    expect(problems(federation('a', link('"@fromLater"', 'v2.12') + sdl))).toEqual([
      'INVALID_LINK_DIRECTIVE_USAGE a @fromLater',
    ]);
    expect(problems(federation('a', link('"@key"', 'v3.0') + sdl))).toEqual(['UNKNOWN_FEDERATION_LINK_VERSION a -']);
  });

  it('lets a query start over at the root, as payloads with a query field do', () => {
    const payload = graphql(
      'a',
      'type Query { a: Int } type Mutation { change: Payload } type Payload { query: Query }',
    );
    expect(composed(payload, graphql('b', 'type Query { b: Int }')).publicSdl).toContain('query: Query');
  });
});

describe('composition', () => {
  it('tells all problems at once: of syntax, of lookups, of each subgraph and of names', () => {
    const subgraphs = [
      federation('a', 'type Query {\n  a Int\n}'),
      graphql('b', 'type Query { b: Int }', { Item: { key: 'id', field: 'item', argument: 'id', list: false } }),
      federation('c-d', `${link()} type Query { c: Nope } type Item @key(fields: "uid") { id: ID! @foo }`),
      federation('c_d', 'type Query { d: Int'),
      federation('e', ''),
      federation('f', 'query { a }'),
      federation('__proto__', 'type Query { p: Int }'),
      graphql('g', 'schema { query: Query } type Query { g: Subscription } type Subscription { plan: String }'),
    ];
    expect([...problems(...subgraphs)].sort()).toEqual([
      'ENTITY_FIELD_UNKNOWN b Query.item',
      'ENTITY_TYPE_UNKNOWN b Item',
      'INVALID_GRAPHQL a -',
      'INVALID_GRAPHQL c-d @foo',
      'INVALID_GRAPHQL c-d Nope',
      'INVALID_GRAPHQL c_d -',
      'INVALID_GRAPHQL e -',
      'INVALID_GRAPHQL f -',
      'INVALID_SUBGRAPH_NAME __proto__ -',
      'KEY_INVALID_FIELDS c-d Item',
      'ROOT_TYPE_NAME_TAKEN g Subscription',
      'SUBGRAPH_NAME_COLLISION c_d -',
    ]);
    expect(firstMessage(compose(subgraphs.slice(0, 1)))).toBe(
      'Syntax Error: Expected ":", found Name "Int" (line 2, column 5).',
    );
  });

  it.each([
    [
      'a type that differs',
      'type Query { a: Item } type Item @key(fields: "id") { id: ID! price: Int @shareable }',
      'type Item @key(fields: "id") { id: ID! price: String @shareable }',
      'FIELD_TYPE_MISMATCH - Item.price',
    ],
    [
      'a field that two claim',
      'type Query { a: Item } type Item @key(fields: "id") { id: ID! price: Int }',
      'type Item @key(fields: "id") { id: ID! price: Int }',
      'INVALID_FIELD_SHARING - Item.price',
    ],
    ['a kind that differs', 'type Query { a: Int } scalar Item', 'type Item { id: ID! }', 'TYPE_KIND_MISMATCH - Item'],
    [
      'an argument that differs',
      'type Query { a(x: Int): Int @shareable }',
      'type Query { a(x: ID): Int @shareable }',
      'FIELD_ARGUMENT_TYPE_MISMATCH - Query.a(x:)',
    ],
    [
      'a type defined twice',
      'type Query { a: Int } type Item { id: ID! }',
      'type Item { id: ID! } type Item { x: Int }',
      'INVALID_GRAPHQL b Item',
    ],
    [
      'an interface not implemented',
      'type Query { a: Int }',
      'interface I { x: Int } type J implements I { y: Int }',
      'INVALID_GRAPHQL b I.x',
    ],
    ['nothing to query', 'type Item { id: ID! }', 'type Other { id: ID! }', 'NO_QUERIES - -'],
  ])('refuses %s and says where', (_, a, b, expected) => {
    expect(problems(federation('a', link() + a), federation('b', link() + b))).toEqual([expected]);
  });

  it('refuses to compose nothing', () => {
    expect(problems()).toEqual(['NO_SUBGRAPHS - -']);
  });

  it.each([
    ['two of one name', ['a', 'a'], 'SUBGRAPH_NAME_COLLISION a -'],
    ['cases that become one', ['ourShop', 'our-shop'], 'SUBGRAPH_NAME_COLLISION ourShop -'],
    ['initials that become one', ['HTTPService', 'http_service'], 'SUBGRAPH_NAME_COLLISION http_service -'],
    ['other letters', ['größe'], 'INVALID_SUBGRAPH_NAME größe -'],
    ['a digit first', ['1st'], 'INVALID_SUBGRAPH_NAME 1st -'],
    ['nothing', [''], 'INVALID_SUBGRAPH_NAME  -'],
  ])('refuses subgraph names: %s', (_, names, expected) => {
    expect(problems(...names.map((name, index) => federation(name, `type Query { f${index}: Int }`)))).toEqual([
      expected,
    ]);
  });

  it.each(['federation', 'graphql', 'rest'] as const)(
    'refuses credentials in the URL of a service of kind %s',
    (kind) => {
      const parts = { name: 'a', url: 'http://me:secret@a.test/', sdl: 'type Query { a: Int }' };
      const kinds = {
        federation: { kind: 'federation', ...parts },
        graphql: { kind: 'graphql', ...parts, entities: {} },
        rest: { kind: 'rest', ...parts, maxConcurrency: 4 },
      } as const;
      const composition = compose([kinds[kind]]);
      expect(composition).toMatchObject({
        kind: 'failed',
        problems: [{ code: 'URL_HOLDS_CREDENTIALS', subgraph: 'a' }],
      });
      expect(firstMessage(composition)).toContain('headers.toSubgraphs');
      expect(JSON.stringify(composition)).not.toContain('secret');
    },
  );

  it('never throws, however deep or broken the SDL is', () => {
    const deep = (depth: number) => `type Query { a: ${'['.repeat(depth)}Int${']'.repeat(depth)} }`;
    expect(problems(federation('a', deep(50_000)))).toEqual(['INVALID_GRAPHQL a -']);
    const value = `type Query { a(x: Any = ${'['.repeat(4_000)}${']'.repeat(4_000)}): Int } scalar Any`;
    for (const sdl of [
      deep(3_000),
      value,
      '\0',
      '\ud800',
      '"""',
      `${link('42')} type Query { a: Int }`,
      'schema { query: Nope }',
    ]) {
      for (const subgraph of [federation('a', sdl), graphql('a', sdl), rest('a', sdl)]) {
        expect(['composed', 'failed']).toContain(compose([subgraph]).kind);
      }
    }
  });

  it('takes names that JavaScript objects inherit for what they are', () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    const sdl = `${link()} type Query { ${names.map((name) => `${name}(${name}: Int): ${name}`).join(' ')} }
      ${names.map((name) => `type ${name} @key(fields: "${name}") { ${name}: ID! }`).join(' ')}`;
    const extension = names.map((name) => `type ${name} @key(fields: "${name}") { ${name}: ID! x: Int }`).join(' ');
    const entities = Object.fromEntries(
      names.map((name) => [name, { key: name, field: name, argument: name, list: false }]),
    );
    const plain = `type Query { ${names.map((name) => `${name}(${name}: ID!): ${name}`).join(' ')} }
      ${names.map((name) => `type ${name} { ${name}: ID! }`).join(' ')}`;
    const schema = buildSchema(
      composed(federation('constructor', sdl), federation('toString', link() + extension)).publicSdl,
    );
    for (const name of names) expect(fieldsOf(schema, name)).toEqual([name, 'x']);
    expect(composed(graphql('valueOf', plain, entities)).subgraphs[0]).toMatchObject({ entities });
    expect(problems(federation('a', 'type Query { a: A } type A { __proto__: Int }'))).toEqual(['INVALID_GRAPHQL a -']);
    expect(problems(graphql('a', 'type Query { a: A } type __proto__ { a: Int } type A { a: Int }'))).toEqual([
      'INVALID_GRAPHQL a -',
    ]);
    expect(({} as Record<string, unknown>)['key']).toBeUndefined();
  });
});
