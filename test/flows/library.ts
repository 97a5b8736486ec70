import type { TestSubgraphOptions } from '../support/federated-subgraph.ts';

/** A supergraph as another composer writes it; `urlOf` tells where its subgraphs are. */
export function writeLibrarySupergraph(urlOf: (name: LibraryService) => string): string {
  return /* GraphQL */ `
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)
{
  query: Query
  mutation: Mutation
}

directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA

scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }

enum join__Graph {
  CATALOG @join__graph(name: "catalog", url: "${urlOf('catalog')}")
  LEGACY @join__graph(name: "legacy", url: "${urlOf('legacy')}")
  PEOPLE @join__graph(name: "people", url: "${urlOf('people')}")
  STOCK @join__graph(name: "stock", url: "${urlOf('stock')}")
}

type Query @join__type(graph: CATALOG) @join__type(graph: LEGACY) @join__type(graph: PEOPLE) @join__type(graph: STOCK) {
  book(isbn: String!, edition: Int! = 1): Book @join__field(graph: CATALOG)
  find(filter: Filter! = { language: EN }): [Book!]! @join__field(graph: CATALOG)
  shelf: [Item!]! @join__field(graph: CATALOG)
  search(text: String!): [Hit] @join__field(graph: CATALOG)
  matrix: [[Book!]]! @join__field(graph: CATALOG)
  things: [Thing!]! @join__field(graph: CATALOG)
  today: Day! @join__field(graph: CATALOG) @join__field(graph: STOCK)
  oldest: Book @join__field(graph: LEGACY)
  author(id: ID!): Author @join__field(graph: PEOPLE)
  list(owner: ID!, slug: String!): ReadingList @join__field(graph: PEOPLE)
  broken: [Copy!] @join__field(graph: STOCK)
}

type Mutation @join__type(graph: CATALOG) @join__type(graph: STOCK) {
  rename(isbn: String!, edition: Int! = 1, title: String!): Book @join__field(graph: CATALOG)
  lend(isbn: String!, edition: Int! = 1): Book @join__field(graph: STOCK)
}

interface Item @join__type(graph: CATALOG) {
  title: String!
  weight: Int
}

type Book implements Item
  @join__implements(graph: CATALOG, interface: "Item")
  @join__type(graph: CATALOG, key: "isbn edition")
  @join__type(graph: CATALOG, key: "id")
  @join__type(graph: LEGACY, key: "isbn edition")
  @join__type(graph: PEOPLE, key: "id")
  @join__type(graph: STOCK, key: "isbn edition")
{
  id: ID! @join__field(graph: CATALOG) @join__field(graph: PEOPLE)
  isbn: String! @join__field(graph: CATALOG) @join__field(graph: LEGACY) @join__field(graph: STOCK)
  edition: Int! @join__field(graph: CATALOG) @join__field(graph: LEGACY) @join__field(graph: STOCK)
  title: String! @join__field(graph: CATALOG)
  weight: Int @join__field(graph: CATALOG) @join__field(graph: STOCK, external: true)
  language: Language @join__field(graph: CATALOG, override: "legacy")
  size: Size @join__field(graph: CATALOG) @join__field(graph: STOCK, external: true)
  author: Author @join__field(graph: CATALOG, provides: "name")
  secret: String @inaccessible @join__field(graph: CATALOG)
  signature: String @join__field(graph: LEGACY)
  rating: Float @join__field(graph: PEOPLE)
  copies: [Copy!] @join__field(graph: STOCK)
  postage: Int @join__field(graph: STOCK, requires: "weight size { width height }")
}

type Map implements Item @join__implements(graph: CATALOG, interface: "Item") @join__type(graph: CATALOG) {
  title: String!
  weight: Int
  scale: Int!
}

union Hit
  @join__type(graph: CATALOG)
  @join__unionMember(graph: CATALOG, member: "Author")
  @join__unionMember(graph: CATALOG, member: "Book")
  @join__unionMember(graph: CATALOG, member: "Map")
= Author | Book | Map

enum Language @join__type(graph: CATALOG) {
  EN @join__enumValue(graph: CATALOG)
  FR @join__enumValue(graph: CATALOG)
  RUNES @inaccessible @join__enumValue(graph: CATALOG)
}

input Filter @join__type(graph: CATALOG) {
  language: Language
  lighterThan: Int = 1000
}

type Size @join__type(graph: CATALOG) @join__type(graph: STOCK) {
  width: Int!
  height: Int!
}

type Day @join__type(graph: CATALOG) @join__type(graph: STOCK) {
  iso: String!
  name: String
}

type Author
  @join__type(graph: CATALOG, key: "id")
  @join__type(graph: PEOPLE, key: "id")
  @join__type(graph: STOCK, key: "id", resolvable: false)
{
  id: ID!
  name: String @join__field(graph: CATALOG, external: true) @join__field(graph: PEOPLE)
  born: Date @join__field(graph: PEOPLE)
  books: [Book!]! @join__field(graph: PEOPLE)
}

scalar Date @join__type(graph: PEOPLE)

type ReadingList @join__type(graph: PEOPLE, key: "owner { id } slug") @join__type(graph: STOCK, key: "owner { id } slug") {
  owner: Author! @join__field(graph: PEOPLE) @join__field(graph: STOCK)
  slug: String! @join__field(graph: PEOPLE) @join__field(graph: STOCK)
  books: [Book] @join__field(graph: PEOPLE)
  complete: Boolean! @join__field(graph: STOCK)
}

type Copy @join__type(graph: STOCK) {
  number: Int!
  place: Place!
  book: Book!
  note: String!
}

type Place @join__type(graph: STOCK) {
  room: String
  shelf: Int!
}

interface Thing
  @join__type(graph: CATALOG, key: "id")
  @join__type(graph: PEOPLE, key: "id", isInterfaceObject: true)
{
  id: ID!
  label: String @join__field(graph: CATALOG)
  likes: Int! @join__field(graph: PEOPLE)
}

type Lamp implements Thing @join__implements(graph: CATALOG, interface: "Thing") @join__type(graph: CATALOG, key: "id") {
  id: ID!
  label: String
  watts: Int
  likes: Int! @join__field
}

type Desk implements Thing @join__implements(graph: CATALOG, interface: "Thing") @join__type(graph: CATALOG, key: "id") {
  id: ID!
  label: String
  likes: Int! @join__field
}
`;
}

export type LibraryService = 'catalog' | 'legacy' | 'people' | 'stock';

interface Book {
  readonly __typename: 'Book';
  readonly id: string;
  readonly isbn: string;
  readonly edition: number;
  readonly author: { readonly __typename: 'Author'; readonly id: string; readonly name: string };
  title: string;
}
type Key = Pick<Book, 'isbn' | 'edition'>;

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@interfaceObject"])`;

/** The services of the library, with data of their own. */
export function createLibrary(): Readonly<Record<LibraryService, Omit<TestSubgraphOptions, 'name'>>> {
  const ida = { __typename: 'Author', id: 'ida', name: 'Ida Berg' } as const;
  const otto = { __typename: 'Author', id: 'otto', name: 'Otto Lind' } as const;
  const first = { __typename: 'Book', edition: 1, secret: 'hidden' } as const;
  const books: readonly Book[] = [
    Object.assign(
      { ...first, id: 'b1', isbn: '111', title: 'Harbours', author: ida },
      { weight: 300, language: 'EN', size: { width: 20, height: 30 } },
    ),
    Object.assign(
      { ...first, id: 'b2', isbn: '111', edition: 2, title: 'Harbours, revised', author: ida },
      { weight: 350, language: 'FR', size: { width: 10, height: 10 } },
    ),
    Object.assign(
      { ...first, id: 'b3', isbn: '222', title: 'Bridges', author: otto },
      { weight: null, language: 'RUNES', size: null },
    ),
  ];
  const [b1, b2, b3] = books;
  const byKey = ({ isbn, edition }: Key) => books.find((book) => book.isbn === isbn && book.edition === edition);
  const byId = ({ id }: { id: string }) => books.find((book) => book.id === id);
  const keyOf = ({ isbn, edition }: Key) => ({ isbn, edition });
  const north = { __typename: 'Map', title: 'North', weight: 40, scale: 50_000 };
  const lent = new Set<string>();

  const copiesOf = (key: Key) =>
    [1, 2]
      .filter((number) => !(number === 1 && lent.has(`${key.isbn}/${key.edition}`)))
      .map((number) => ({
        number,
        place: { room: number === 1 ? 'A' : null, shelf: number },
        book: keyOf(key),
        note: 'fine',
      }));

  return {
    catalog: {
      sdl: `${link}
        type Query {
          book(isbn: String!, edition: Int! = 1): Book
          find(filter: Filter! = { language: EN }): [Book!]!
          shelf: [Item!]!
          search(text: String!): [Hit]
          matrix: [[Book!]]!
          things: [Thing!]!
          today: Day! @shareable
        }
        type Mutation { rename(isbn: String!, edition: Int! = 1, title: String!): Book }
        interface Item { title: String! weight: Int }
        type Book implements Item @key(fields: "isbn edition") @key(fields: "id") {
          id: ID! isbn: String! edition: Int! title: String! weight: Int language: Language @override(from: "legacy")
          size: Size author: Author @provides(fields: "name") secret: String @inaccessible
        }
        type Map implements Item { title: String! weight: Int scale: Int! }
        union Hit = Author | Book | Map
        enum Language { EN FR RUNES @inaccessible }
        input Filter { language: Language lighterThan: Int = 1000 }
        type Size @shareable { width: Int! height: Int! }
        type Day @shareable { iso: String! name: String }
        type Author @key(fields: "id") { id: ID! name: String @external }
        interface Thing @key(fields: "id") { id: ID! label: String }
        type Lamp implements Thing @key(fields: "id") { id: ID! label: String watts: Int }
        type Desk implements Thing @key(fields: "id") { id: ID! label: String }`,
      resolvers: {
        Query: {
          book: (_: unknown, key: Key) => byKey(key),
          find: (_: unknown, { filter }: { filter: { language: string; lighterThan: number } }) =>
            books.filter((book) => {
              const { language, weight } = book as Book & { language: string; weight: number | null };
              return language === filter.language && (weight ?? 0) < filter.lighterThan;
            }),
          shelf: () => [b1, north, b3],
          search: () => [b2, null, north, { ...ida, name: undefined }],
          matrix: () => [[b1, b2], null, [], [b3]],
          things: () => [
            { __typename: 'Lamp', id: 't1', label: 'Reading lamp', watts: 7 },
            { __typename: 'Desk', id: 't2', label: null },
          ],
          today: () => ({ iso: '2026-01-01', name: 'Thursday' }),
        },
        Mutation: {
          rename: (_: unknown, { title, ...key }: Key & { title: string }) => {
            const book = byKey(key);
            if (book !== undefined) book.title = title;
            return book;
          },
        },
        Book: {
          __resolveReference: (reference: Key & { id?: string }) =>
            reference.id === undefined ? byKey(reference) : byId({ id: reference.id }),
        },
        Author: { __resolveReference: ({ id }: { id: string }) => ({ id }) },
        Item: { __resolveType: ({ __typename }: Book) => __typename },
        Hit: { __resolveType: ({ __typename }: Book) => __typename },
        Thing: { __resolveType: ({ __typename }: Book) => __typename },
      },
    },
    legacy: {
      sdl: `${link}
        type Query { oldest: Book }
        type Book @key(fields: "isbn edition") { isbn: String! edition: Int! language: String signature: String }`,
      resolvers: {
        Query: { oldest: () => ({ isbn: '222', edition: 1, language: 'WRONG' }) },
        Book: { signature: ({ isbn, edition }: Key) => `${isbn}-${edition}` },
      },
    },
    people: {
      sdl: `${link}
        scalar Date
        type Query { author(id: ID!): Author list(owner: ID!, slug: String!): ReadingList }
        type Author @key(fields: "id") { id: ID! name: String born: Date books: [Book!]! }
        type Book @key(fields: "id") { id: ID! rating: Float }
        type ReadingList @key(fields: "owner { id } slug") { owner: Author! slug: String! books: [Book] }
        type Thing @key(fields: "id") @interfaceObject { id: ID! likes: Int! }`,
      resolvers: {
        Query: {
          author: (_: unknown, { id }: { id: string }) => ({ id }),
          list: (_: unknown, { owner, slug }: { owner: string; slug: string }) => ({ owner: { id: owner }, slug }),
        },
        Author: {
          name: ({ id }: { id: string }) => (id === 'ida' ? ida.name : otto.name),
          born: ({ id }: { id: string }) => (id === 'ida' ? '1931-02-03' : null),
          books: ({ id }: { id: string }) =>
            books.filter((book) => book.author.id === id).map((book) => ({ id: book.id })),
        },
        Book: { rating: ({ id }: { id: string }) => ({ b1: 4.5, b2: 3 })[id] },
        ReadingList: { books: () => [{ id: 'b3' }, null, { id: 'b1' }, { id: 'b3' }] },
        Thing: { likes: ({ id }: { id: string }) => Number(id.slice(1)) * 100 },
      },
    },
    stock: {
      sdl: `${link}
        type Query { today: Day! @shareable broken: [Copy!] }
        type Mutation { lend(isbn: String!, edition: Int! = 1): Book }
        type Day @shareable { iso: String! name: String }
        type Size @shareable { width: Int! height: Int! }
        type Book @key(fields: "isbn edition") {
          isbn: String! edition: Int! weight: Int @external size: Size @external
          copies: [Copy!] postage: Int @requires(fields: "weight size { width height }")
        }
        type Copy { number: Int! place: Place! book: Book! note: String! }
        type Place { room: String shelf: Int! }
        type Author @key(fields: "id", resolvable: false) { id: ID! }
        type ReadingList @key(fields: "owner { id } slug") { owner: Author! slug: String! complete: Boolean! }`,
      resolvers: {
        Query: {
          today: () => ({ iso: '2026-01-01', name: 'Thursday' }),
          broken: () => [{ ...copiesOf({ isbn: '111', edition: 1 })[0], note: null }],
        },
        Mutation: {
          lend: (_: unknown, key: Key) => {
            lent.add(`${key.isbn}/${key.edition}`);
            return keyOf(key);
          },
        },
        Book: {
          copies: (key: Key) => (key.isbn === '222' ? null : copiesOf(key)),
          postage: ({ weight, size }: { weight?: number | null; size?: { width: number; height: number } | null }) => {
            if (weight === undefined || size === undefined) throw new Error('What is required was not sent.');
            return weight === null || size === null ? null : weight + size.width * size.height;
          },
        },
        ReadingList: {
          complete: ({ owner, slug }: { owner: { id: string }; slug: string }) => owner.id === 'ida' && slug === 'best',
        },
      },
    },
  };
}
