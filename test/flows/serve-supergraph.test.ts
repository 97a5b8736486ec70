import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readAsset } from '../../subgraphs/asset.ts';
import { toErrorLines } from '../support/ask.ts';
import { type Federation, startFederation } from '../support/federation.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { runOverlock } from '../support/gateway-process.ts';
import { type Shop, startShop, toEnvironment } from '../support/shop.ts';
import { createLibrary, type LibraryService, writeLibrarySupergraph } from './library.ts';

describe('the composed shop', () => {
  let shop: Shop;
  let served: TestGateway;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'overlock-flow-'));
    shop = await startShop();
    const supergraph = path.join(folder, 'shop.graphql');
    const { code, stderr } = await runOverlock(
      ['compose', '--config', 'subgraphs/overlock.yaml', '--out', supergraph],
      {
        env: toEnvironment(shop.services),
      },
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    served = await startTestGateway(toConfig({ graph: { supergraph }, errors: { subgraphMessages: 'shown' } }));
  });
  afterAll(async () => {
    await served?.stop();
    await shop?.stop();
    await rm(folder, { recursive: true });
  });

  const queries: readonly string[] = [
    ...parse(readAsset('overlock.yaml')).graphiql.examples.slice(0, 2),
    '{ trending(first: 4) { upc name rating stock weightGrams alsoBought { upc starsPerTenEuros } } }',
    '{ warehouses { id city } carriers { code name } latestReviews(first: 3) { author { email } product { inStock } } }',
    'mutation { receiveDelivery(upc: "9", quantity: 5000) { upc } }',
    '{ __schema { types { name kind fields { name type { name ofType { name } } } enumValues { name } } } }',
  ];

  it.each(queries)('answers from the file as from the configuration: %s', async (query) => {
    const fromConfig = await shop.ask(query);
    const fromFile = await served.ask(query);
    expect(fromConfig.text.length).toBeGreaterThan(50);
    expect(fromFile.text).toBe(fromConfig.text);
  });
});

describe('a supergraph of another composer', () => {
  let library: Federation<LibraryService>;
  beforeAll(async () => {
    library = await startFederation({ subgraphs: createLibrary(), supergraph: writeLibrarySupergraph });
  });
  afterAll(() => library?.stop());

  const cases: Readonly<Record<string, readonly [query: string, data: unknown]>> = {
    'a compound key': [
      '{ book(isbn: "111", edition: 2) { title signature copies { number } } }',
      { book: { title: 'Harbours, revised', signature: '111-2', copies: [{ number: 1 }, { number: 2 }] } },
    ],
    'two keys one after the other: from one to the other by a third service': [
      '{ broken: oldest { rating title } book(isbn: "111") { copies { book { rating language } } } }',
      {
        broken: { rating: null, title: 'Bridges' },
        book: { copies: [1, 2].map(() => ({ book: { rating: 4.5, language: 'EN' } })) },
      },
    ],
    'a key with an object in it': [
      '{ list(owner: "ida", slug: "best") { complete owner { name } books { title copies { number } } } }',
      {
        list: {
          complete: true,
          owner: { name: 'Ida Berg' },
          books: [
            { title: 'Bridges', copies: null },
            null,
            { title: 'Harbours', copies: [{ number: 1 }, { number: 2 }] },
            { title: 'Bridges', copies: null },
          ],
        },
      },
    ],
    '@requires, with null and without what it requires being asked for': [
      '{ matrix { postage } book(isbn: "111") { postage size { height } } }',
      {
        matrix: [[{ postage: 900 }, { postage: 450 }], null, [], [{ postage: null }]],
        book: { postage: 900, size: { height: 30 } },
      },
    ],
    '@requires from where nothing of it is known yet': [
      '{ oldest { postage } author(id: "ida") { books { postage } } }',
      { oldest: { postage: null }, author: { books: [{ postage: 900 }, { postage: 450 }] } },
    ],
    'nested lists': [
      '{ matrix { id edition } }',
      {
        matrix: [
          [
            { id: 'b1', edition: 1 },
            { id: 'b2', edition: 2 },
          ],
          null,
          [],
          [{ id: 'b3', edition: 1 }],
        ],
      },
    ],
    'an interface': [
      '{ shelf { __typename title weight ... on Map { scale } ... on Book { rating copies { place { room shelf } } } } }',
      {
        shelf: [
          {
            __typename: 'Book',
            title: 'Harbours',
            weight: 300,
            rating: 4.5,
            copies: [{ place: { room: 'A', shelf: 1 } }, { place: { room: null, shelf: 2 } }],
          },
          { __typename: 'Map', title: 'North', weight: 40, scale: 50_000 },
          { __typename: 'Book', title: 'Bridges', weight: null, rating: null, copies: null },
        ],
      },
    ],
    'an interface without its type name, in a fragment on itself': [
      '{ shelf { ...I } } fragment I on Item { ... on Book { signature } ... on Item { title } }',
      {
        shelf: [
          { signature: '111-1', title: 'Harbours' },
          { title: 'North' },
          { signature: '222-1', title: 'Bridges' },
        ],
      },
    ],
    'a union, null and entities of another service among its items': [
      '{ search(text: "") { t: __typename ... on Book { rating title } ... on Map { title } ... on Author { name born } } }',
      {
        search: [
          { t: 'Book', rating: 3, title: 'Harbours, revised' },
          null,
          { t: 'Map', title: 'North' },
          { t: 'Author', name: 'Ida Berg', born: '1931-02-03' },
        ],
      },
    ],
    'an interface whose fields another service adds': [
      '{ things { __typename id likes label ... on Lamp { watts } } }',
      {
        things: [
          { __typename: 'Lamp', id: 't1', likes: 100, label: 'Reading lamp', watts: 7 },
          { __typename: 'Desk', id: 't2', likes: 200, label: null },
        ],
      },
    ],
    'value types and root fields that several services have': [
      '{ today { iso name __typename } book(isbn: "111") { size { width height __typename } } oldest { size { width } } }',
      {
        today: { iso: '2026-01-01', name: 'Thursday', __typename: 'Day' },
        book: { size: { width: 20, height: 30, __typename: 'Size' } },
        oldest: { size: null },
      },
    ],
    'enums and input objects with defaults': [
      `query ($f: Filter!) { a: find { id } b: find(filter: { language: FR }) { id } c: find(filter: $f) { id language }
         d: find(filter: { language: EN, lighterThan: 100 }) { id } }`,
      { a: [{ id: 'b1' }], b: [{ id: 'b2' }], c: [{ id: 'b2', language: 'FR' }], d: [] },
    ],
    '__typename at every level': [
      `{ __typename book(isbn: "111") { __typename author { __typename books { __typename copies { __typename place { __typename } } } } } }`,
      {
        __typename: 'Query',
        book: {
          __typename: 'Book',
          author: {
            __typename: 'Author',
            books: [1, 2].map(() => ({
              __typename: 'Book',
              copies: [1, 2].map(() => ({ __typename: 'Copy', place: { __typename: 'Place' } })),
            })),
          },
        },
      },
    ],
    'the same entity again and again': [
      '{ author(id: "otto") { name books { author { name books { title author { born name } } } } } }',
      {
        author: {
          name: 'Otto Lind',
          books: [
            { author: { name: 'Otto Lind', books: [{ title: 'Bridges', author: { born: null, name: 'Otto Lind' } }] } },
          ],
        },
      },
    ],
    'an entity that is nowhere': ['{ book(isbn: "999") { title postage } }', { book: null }],
  };

  it.each(Object.entries(cases))('answers %s', async (_name, [query, data]) => {
    const answer = await library.ask(query, { f: { language: 'FR' } });
    expect(toErrorLines(answer)).toEqual([]);
    expect(answer.text).toBe(JSON.stringify({ data }));
  });

  it('asks only the service that a field was moved to', async () => {
    const { length } = library.subgraphs.legacy.requests;
    const { data, errors } = await library.ask('{ find { language } }');
    expect({ data, errors }).toEqual({ data: { find: [{ language: 'EN' }] }, errors: [] });
    expect(library.subgraphs.legacy.requests.length).toBe(length);
  });

  it('takes what @provides gives without asking its owner', async () => {
    const { length } = library.subgraphs.people.requests;
    const { data } = await library.ask('{ book(isbn: "111") { author { id name } } }');
    expect(data).toEqual({ book: { author: { id: 'ida', name: 'Ida Berg' } } });
    expect(library.subgraphs.people.requests.length).toBe(length);
  });

  it('sends a key once, however often it stands in the answer', async () => {
    const { length } = library.subgraphs.catalog.requests;
    await library.ask('{ list(owner: "ida", slug: "best") { books { title } } }');
    const [request] = library.subgraphs.catalog.requests.slice(length);
    expect(library.subgraphs.catalog.requests.length).toBe(length + 1);
    expect(Object.values(request?.json.variables ?? {}).flat()).toHaveLength(2);
  });

  it.each([
    '{ book(isbn: "111") { secret } }',
    '{ find(filter: { language: RUNES }) { id } }',
    '{ __type(name: "join__Graph") { name } book(isbn: 111) { id } }',
  ])('refuses what is hidden: %s', async (query) => {
    expect(toErrorLines(await library.ask(query))[0]).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('shows nothing hidden and no machinery', async () => {
    const { text } = await library.ask(
      '{ __schema { types { name fields { name } enumValues { name } } directives { name } } }',
    );
    expect(text).toContain('"signature"');
    expect(text).not.toMatch(/secret|RUNES|join__|link__|inaccessible|_entities|_Any|_service/);
  });

  it('gives null and an error for an enum value that is hidden', async () => {
    const answer = await library.ask('{ book(isbn: "222") { language title } }');
    expect(answer.data).toEqual({ book: { language: null, title: 'Bridges' } });
    expect(toErrorLines(answer)).toEqual(['SUBGRAPH_INVALID_RESPONSE book.language']);
  });

  it('lets null rise to the nearest field that may be null, and no further', async () => {
    const answer = await library.ask('{ broken { number note } today { iso } }');
    expect(answer.data).toEqual({ broken: null, today: { iso: '2026-01-01' } });
    expect(toErrorLines(answer)).toEqual([expect.stringMatching(/ broken(\.0\.note)?$/)]);
  });

  it('lets null rise through fields of several services', async () => {
    const { people } = library.subgraphs;
    people.behave(
      people.changed(() => ({ data: { _entities: [{ __typename: 'Author', books: null }] }, errors: undefined })),
    );
    const answer = await library.ask('{ book(isbn: "111") { title author { books { id } } } }');
    people.behave(people.healthy);
    expect(answer.data).toEqual({ book: { title: 'Harbours', author: null } });
    expect(toErrorLines(answer)).toEqual(['SUBGRAPH_INVALID_RESPONSE book.author.books']);
  });

  it('runs mutations of several services in series', async () => {
    const { data, errors } = await library.ask(`mutation {
      first: rename(isbn: "111", edition: 2, title: "One") { title copies { number } }
      second: lend(isbn: "111", edition: 2) { title copies { number } }
      third: rename(isbn: "111", edition: 2, title: "Two") { title copies { number } }
      fourth: lend(isbn: "111", edition: 2) { title }
    }`);
    expect(errors).toEqual([]);
    expect(data).toEqual({
      first: { title: 'One', copies: [{ number: 1 }, { number: 2 }] },
      second: { title: 'One', copies: [{ number: 2 }] },
      third: { title: 'Two', copies: [{ number: 2 }] },
      fourth: { title: 'Two' },
    });
  });
});

it('warns that credentials in the URL of a subgraph are not sent, and does not show them', async () => {
  const library = await startFederation({
    subgraphs: createLibrary(),
    supergraph: (urlOf) =>
      writeLibrarySupergraph((name) => urlOf(name).replace('://', name === 'people' ? '://me:secret@' : '://')),
  });
  const { data } = await library.ask('{ book(isbn: "111") { author { name } } }');
  const told = library.lines.filter(({ message }) => message.includes('credentials'));
  await library.stop();
  expect(data).toMatchObject({ book: { author: { name: expect.any(String) } } });
  expect(told).toMatchObject([{ level: 'warn', fields: { subgraph: 'people' } }]);
  expect(JSON.stringify(library.lines)).not.toContain('secret');
});
