import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ask } from '../support/ask.ts';
import { type Federation, startFederation } from '../support/federation.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE
  enum CacheControlScope { PUBLIC PRIVATE }
  directive @cacheTag(format: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE`;

const toProduct = (upc: string) => ({ upc, sku: `s${upc}`, name: `name ${upc}` });
const toMedia = (id: string) => ({
  __typename: id.startsWith('b') ? 'Book' : 'Film',
  id,
  title: `title ${id}`,
  slug: `b${id.slice(1)}`,
});

const subgraphs = {
  products: {
    sdl: `${link}
      type Query {
        product(upc: ID!): Product @cacheControl(maxAge: 60, scope: PUBLIC)
        top(first: Int!): [Product!]! @cacheControl(maxAge: 60, scope: PUBLIC)
        bySku(sku: ID!): Product @cacheControl(maxAge: 60, scope: PUBLIC)
        media(ids: [ID!]!): [Media!]! @cacheControl(maxAge: 60, scope: PUBLIC)
        latest: Book @cacheControl(maxAge: 60, scope: PUBLIC)
      }
      type Mutation { rename(upc: ID!): Product  renameBySku(sku: ID!): Product  touch: Boolean  retitle(id: ID!): Media }
      type Product @key(fields: "upc") @key(fields: "sku") @cacheControl(maxAge: 60, scope: PUBLIC) @cacheTag(format: "product-{$key.upc}") {
        upc: ID!
        sku: ID!
        name: String
      }
      interface Media @cacheControl(maxAge: 60, scope: PUBLIC) { id: ID!  title: String }
      type Book implements Media @key(fields: "id") @cacheControl(maxAge: 60) { id: ID!  title: String }
      type Film implements Media @key(fields: "id") @cacheControl(maxAge: 60) { id: ID!  title: String  slug: ID! }`,
    resolvers: {
      Query: {
        product: (_: unknown, { upc }: { upc: string }) => (upc === '9' ? null : toProduct(upc)),
        top: (_: unknown, { first }: { first: number }) =>
          Array.from({ length: first }, (_one, index) => toProduct(String(index + 1))),
        bySku: (_: unknown, { sku }: { sku: string }) => toProduct(sku.slice(1)),
        media: (_: unknown, { ids }: { ids: readonly string[] }) => ids.map(toMedia),
        latest: () => toMedia('b7'),
      },
      Mutation: {
        rename: (_: unknown, { upc }: { upc: string }) => toProduct(upc),
        renameBySku: (_: unknown, { sku }: { sku: string }) => toProduct(sku.slice(1)),
        retitle: (_: unknown, { id }: { id: string }) => toMedia(id),
        touch: () => true,
      },
      Product: {
        __resolveReference: ({ upc, sku }: { upc?: string; sku?: string }) => toProduct(upc ?? String(sku).slice(1)),
      },
      Media: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
    },
  },
  reviews: {
    sdl: `${link}
      type Query { review(id: ID!): Review @cacheControl(maxAge: 60, scope: PUBLIC) }
      type Review @key(fields: "id") @cacheControl(maxAge: 60, scope: PUBLIC) { id: ID!  body: String  product: Product }
      type Product @key(fields: "upc") @cacheControl(maxAge: 60, scope: PUBLIC) { upc: ID!  reviews: [Review!]! }`,
    resolvers: {
      Query: { review: (_: unknown, { id }: { id: string }) => ({ id, body: `body ${id}`, product: { upc: id } }) },
      Product: {
        __resolveReference: ({ upc }: { upc: string }) => ({ upc }),
        reviews: ({ upc }: { upc: string }) => [{ id: upc, body: `body ${upc}` }],
      },
      Review: { __resolveReference: ({ id }: { id: string }) => ({ id, body: `body ${id}`, product: { upc: id } }) },
    },
  },
};

/** What is stored before something is taken away, by what it shows. */
const queries = {
  one: '{ product(upc: "1") { name } }',
  oneAliased: '{ product(upc: "1") { title: name, id: upc } }',
  two: '{ product(upc: "2") { upc name } }',
  none: '{ product(upc: "9") { upc name } }',
  list: '{ top(first: 2) { upc name } }',
  withReviews: '{ product(upc: "2") { upc reviews { body } } }',
  review: '{ review(id: "1") { body } }',
  named: '{ review(id: "1") { id product { name } } }',
  bySku: '{ bySku(sku: "s3") { sku name } }',
  book: '{ media(ids: ["b1", "f2"]) { title } }',
  aliasedMedia: '{ media(ids: ["b1", "f1"]) { ... on Film { x: slug y: id } ... on Book { x: id } } }',
  latest: '{ latest { title } }',
  many: '{ top(first: 600) { upc } }',
} as const;
type Name = keyof typeof queries;
const all = Object.keys(queries) as readonly Name[];
const allBut = (...names: readonly Name[]) => all.filter((name) => !names.includes(name));

const response = { enabled: true };
describe.each<[string, object, readonly Name[]]>([
  ['compiled', { response }, []],
  ['compiled', { response, entity: { enabled: true } }, []],
  // It does not ask for the keys of interfaces.
  ['stitched', { response }, ['book']],
])('whole answers that are stored (%s engine, %j)', (engine, enabled, unknownMedia) => {
  let gateway: Federation<'products' | 'reviews'>;
  beforeAll(async () => {
    const cache = { ...enabled, debugHeader: true, toClients: { tagHeader: 'surrogate-key' } };
    gateway = await startFederation({ subgraphs, sections: { engine, cache, limits: { aliases: 50 } } });
  });
  afterAll(() => gateway.stop());

  const purge = (body: object) => async () => {
    const answer = await fetch(`${gateway.adminUrl}/control/cache/purge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
  };
  const entity = (type: string, key: object) => purge({ entities: [{ type, key }] });
  const send = (text: string) => async () => expect((await ask(gateway.url, text)).errors).toEqual([]);
  const storedNow = async () => {
    const stored: Name[] = [];
    for (const name of all) {
      const { headers } = await ask(gateway.url, queries[name]);
      if (headers.get('x-cache') === 'hit') stored.push(name);
    }
    return stored;
  };
  beforeEach(async () => {
    await storedNow();
    expect(await storedNow()).toEqual(all);
  });

  it.each<[string, () => Promise<void>, readonly Name[]]>([
    ['an entity by its key', entity('Product', { upc: '1' }), ['one', 'oneAliased', 'none', 'list', 'named', 'many']],
    ['an entity by another key', entity('Product', { sku: 's3' }), ['none', 'bySku', 'many']],
    ['an entity that is loaded by itself', entity('Review', { id: '2' }), ['withReviews']],
    ['an entity that nothing shows', entity('Review', { id: '77' }), []],
    ['one that was not there', entity('Product', { upc: '9' }), ['none', 'many']],
    ['an entity behind an interface', entity('Film', { id: 'f2' }), ['book']],
    [
      'an entity by an alias that means another field of another type',
      entity('Film', { id: 'f1' }),
      ['aliasedMedia', ...unknownMedia],
    ],
    ['a name made of a key', purge({ tags: ['product-2'] }), ['two', 'none', 'list', 'withReviews', 'many']],
    ['a type', purge({ types: ['Book'] }), ['book', 'aliasedMedia', 'latest']],
    ['an interface, also behind one of its types', purge({ types: ['Media'] }), ['book', 'aliasedMedia', 'latest']],
    [
      'what a mutation returned',
      send('mutation { rename(upc: "2") { name } }'),
      ['two', 'none', 'list', 'withReviews', 'many'],
    ],
    [
      'what a mutation returned by another key',
      send('mutation { renameBySku(sku: "s3") { sku } }'),
      ['none', 'bySku', 'many'],
    ],
    [
      'what a mutation returned as an interface',
      send('mutation { retitle(id: "b1") { title } }'),
      ['book', 'aliasedMedia', ...(unknownMedia.length > 0 ? (['latest'] as const) : [])],
    ],
    ['what a mutation created', send('mutation { rename(upc: "9") { upc } }'), ['none', 'many']],
    ['nothing, as a mutation returned no entity', send('mutation { touch }'), []],
  ])('are those that show %s', async (_what, take, gone) => {
    await take();
    expect(await storedNow()).toEqual(allBut(...gone));
  });
});
