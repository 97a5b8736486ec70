import { describe, expect, it } from 'vitest';
import { compose } from '../../../../schema/compose/compose.ts';
import type { Outline } from '../../../../schema/registry/outline/outline.ts';
import { readOutline } from '../../../../schema/registry/outline/read-outline.ts';
import { searchOutline } from '../../../../schema/registry/outline/search-outline.ts';

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: [
  "@key", "@external", "@requires", "@provides", "@shareable", "@override", "@inaccessible", "@tag"
])`;

const products = `${federation}
  type Query {
    "Finds what is sold."
    product(upc: ID!, "In which words." language: Language = EN): Product
    anything: [Found!]
  }
  "Something that is sold."
  type Product implements Named @key(fields: "upc") @key(fields: "sku { code }") {
    upc: ID!
    sku: Sku! @shareable
    name: String @tag(name: "partner")
    price: Int
    weight: Int
    margin: Int @inaccessible
    oldName: String @deprecated(reason: "Use name.") @sunset(on: "2027-01-31")
  }
  type Sku @shareable { code: String! }
  interface Named { name: String }
  union Found = Product | Sku
  enum Language { EN DE @deprecated }
  input Filter { first: Int = 10 }
  scalar Day
  type Hidden @inaccessible { day: Day filter(by: Filter): Int }
`;

const reviews = `${federation}
  type Query { reviews: [Review!]! }
  type Review { product: Product @provides(fields: "price") }
  type Product @key(fields: "upc", resolvable: false) @key(fields: "upc") {
    upc: ID!
    price: Int @external
    score: Float @requires(fields: "price")
    weight: Int @override(from: "products", label: "percent(5)")
  }
`;

function outlineOf(sources: Readonly<Record<string, string>>): Outline {
  const composition = compose(
    Object.entries(sources).map(([name, sdl]) => ({ kind: 'federation', name, url: `http://${name}`, sdl })),
  );
  if (composition.kind === 'failed') throw new Error(JSON.stringify(composition.problems));
  return readOutline(composition.supergraph);
}

const outline = outlineOf({ products, 'team-reviews': reviews });
const typeOf = (name: string) => outline.types.find((type) => type.name === name);
const fieldOf = (type: string, name: string) => typeOf(type)?.fields.find((field) => field.name === name);

describe('readOutline', () => {
  it('has the types of the teams, and none of the machinery', () => {
    expect(outline.subgraphs).toEqual(['products', 'team-reviews']);
    expect(outline.types.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      'scalar Day',
      'input Filter',
      'union Found',
      'object Hidden',
      'enum Language',
      'interface Named',
      'object Product',
      'object Query',
      'object Review',
      'object Sku',
    ]);
    expect(typeOf('Query')?.isRoot).toBe(true);
    expect(typeOf('Product')?.isRoot).toBe(false);
  });

  it('says of a type where it is, by what it is loaded, and what belongs to it', () => {
    expect(typeOf('Product')).toMatchObject({
      description: 'Something that is sold.',
      subgraphs: ['products', 'team-reviews'],
      interfaces: ['Named'],
      keys: [
        { fields: 'upc', subgraphs: ['products', 'team-reviews'] },
        { fields: 'sku { code }', subgraphs: ['products'] },
      ],
    });
    expect(typeOf('Named')?.members).toEqual(['Product']);
    expect(typeOf('Found')?.members).toEqual(['Product', 'Sku']);
  });

  it('says of a field who answers it and what that takes', () => {
    const sources = (name: string) => fieldOf('Product', name)?.sources;
    const plain = { requires: undefined, provides: undefined, label: undefined };
    expect(sources('upc')).toEqual([
      { ...plain, subgraph: 'products' },
      { ...plain, subgraph: 'team-reviews' },
    ]);
    expect(sources('price')).toEqual([{ ...plain, subgraph: 'products' }]);
    expect(sources('score')).toEqual([{ ...plain, subgraph: 'team-reviews', requires: 'price' }]);
    expect(sources('weight')).toEqual([
      { ...plain, subgraph: 'products' },
      { ...plain, subgraph: 'team-reviews', label: 'percent(5)' },
    ]);
    expect(fieldOf('Review', 'product')?.sources).toEqual([{ ...plain, subgraph: 'team-reviews', provides: 'price' }]);
  });

  it('keeps types, arguments and defaults as they are written', () => {
    expect(fieldOf('Query', 'anything')).toMatchObject({ type: '[Found!]', typeName: 'Found', arguments: [] });
    expect(fieldOf('Query', 'product')?.arguments).toMatchObject([
      { coordinate: 'Query.product(upc:)', type: 'ID!', description: undefined, defaultValue: undefined },
      { coordinate: 'Query.product(language:)', type: 'Language', description: 'In which words.', defaultValue: 'EN' },
    ]);
    expect(fieldOf('Filter', 'first')).toMatchObject({ defaultValue: '10' });
  });

  it('tells what is deprecated, hidden or marked', () => {
    expect(fieldOf('Product', 'oldName')?.deprecation).toEqual({ reason: 'Use name.', sunset: '2027-01-31' });
    expect(fieldOf('Language', 'DE')?.deprecation).toEqual({ reason: 'No longer supported', sunset: undefined });
    expect(fieldOf('Product', 'margin')?.isHidden).toBe(true);
    expect(typeOf('Hidden')?.isHidden).toBe(true);
    expect(fieldOf('Product', 'name')).toMatchObject({ isHidden: false, directives: ['@tag(name: "partner")'] });
  });

  it('leaves open who answers a field that its type has through an interface', () => {
    const media = outlineOf({
      films: `${federation} type Query { films: [Media] } interface Media @key(fields: "id") { id: ID! } type Film implements Media @key(fields: "id") { id: ID! }`,
      ratings: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@interfaceObject"])
        type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int }`,
    });
    const stars = (name: string) =>
      media.types.find((type) => type.name === name)?.fields.find(({ name }) => name === 'stars');
    expect(stars('Media')?.sources.map(({ subgraph }) => subgraph)).toEqual(['ratings']);
    expect(stars('Film')?.sources).toEqual([]);
  });
});

describe('searchOutline', () => {
  const search = (text: string, rest = {}) =>
    searchOutline(outline, { text, ...rest }).map(({ coordinate }) => coordinate);

  it.each([
    [
      'a whole name before its parts, and what is outside before what is in it',
      'product',
      ['Product', 'Query.product', 'Review.product', 'Product.upc'],
    ],
    ['all words of a coordinate, in any order', 'NAME product', ['Product.name', 'Product.oldName']],
    ['a coordinate as it is written', 'Query.product(language:)', ['Query.product(language:)']],
    ['words of a description', 'is sold', ['Product', 'Query.product']],
    ['nothing', 'xyz', []],
  ])('finds %s', (_name, text, expected) => {
    expect(search(text).slice(0, expected.length || 1)).toEqual(expected);
  });

  it('lists the types, those that operations begin with first, where nothing is looked for', () => {
    expect(search(' ').slice(0, 2)).toEqual(['Query', 'Day']);
    expect(search('')).toHaveLength(outline.types.length);
  });

  it('keeps to a subgraph, a kind and what is wanted', () => {
    expect(search('', { subgraph: 'team-reviews' })).toEqual(['Query', 'Product', 'Review']);
    expect(search('price', { subgraph: 'team-reviews' })).toEqual([]);
    expect(search('', { kind: 'enum' })).toEqual(['Language']);
    expect(search('', { isWanted: ({ deprecation }: { deprecation: unknown }) => deprecation !== undefined })).toEqual([
      'Language.DE',
      'Product.oldName',
    ]);
  });
});
