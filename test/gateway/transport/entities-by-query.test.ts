import { buildSchema, execute, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { withEntityLookup } from '../../../gateway/transport/entities-by-query.ts';
import type { FetchRequest, FetchResult } from '../../../gateway/transport/send.ts';
import { toFetch, toOperation } from '../../support/transport-harness.ts';

const schema = buildSchema(/* GraphQL */ `
  type Query {
    productsByUpc(upcs: [ID!]!): [Product]
    user(id: Int!): User
    node(id: ID!): Node
    top: [Product!]
    greeting(name: String = "you"): String
  }
  interface Node { id: ID! }
  interface Named { name: String }
  type Product implements Named { upc: ID!  name: String  related(first: Int): [Product!]!  broken: String  strict: String! }
  type User implements Named { id: Int!  name: String }
  type Shop implements Node { id: ID!  city: String }
  type Bank implements Node { id: ID! }
`);

const product = (upc: string): Record<string, unknown> => ({
  upc,
  name: `Product ${upc}`,
  related: ({ first }: { first?: number }) => ['r1', 'r2'].slice(0, first).map(product),
  broken: () => {
    throw new Error('broken');
  },
  strict: () => (upc === 'bad' ? null : 'ok'),
});

const rootValue = {
  productsByUpc: ({ upcs }: { upcs: string[] }): unknown => upcs.map((upc) => (upc === 'none' ? null : product(upc))),
  user({ id }: { id: number }) {
    if (id === 13) throw new Error('no such luck');
    return id > 100 ? null : { id, name: `User ${id}` };
  },
  node: ({ id }: { id: string }) =>
    id === 'bank' ? { __typename: 'Bank', id } : { __typename: 'Shop', id, city: 'Ulm' },
  top: [product('1')],
  greeting: ({ name }: { name: string }) => `Hello ${name}`,
};

const abstractTypes = new Set(['Named']);
const lookups = new Map([
  [
    'Product',
    { key: 'upc', field: 'productsByUpc', argument: 'upcs', list: true, argumentType: '[ID!]!', abstractTypes },
  ],
  ['User', { key: 'id', field: 'user', argument: 'id', list: false, argumentType: 'Int!', abstractTypes }],
  [
    'Shop',
    { key: 'id', field: 'node', argument: 'id', list: false, argumentType: 'ID!', abstractTypes: new Set(['Node']) },
  ],
]);

/** A plain service: refuses what is not valid, as real ones do, and keeps what it is asked. */
function startService(root: Partial<typeof rootValue> = {}) {
  const asked: FetchRequest[] = [];
  const send = async (fetch: FetchRequest): Promise<FetchResult> => {
    asked.push(fetch);
    const document = parse(fetch.operation.text);
    expect(validate(schema, document)).toEqual([]);
    const answer = await execute({
      schema,
      document,
      rootValue: { ...rootValue, ...root },
      variableValues: fetch.variables,
    });
    return JSON.parse(JSON.stringify(answer));
  };
  return { asked, send: withEntityLookup(send, 'recommendations', lookups) };
}

const p = (upc: unknown) => ({ __typename: 'Product', upc });
const u = (id: unknown) => ({ __typename: 'User', id });
const ask =
  'query($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Product { name } ... on User { name } } }';
/** Without the keys that were asked for on the way. */
const plain = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (key, member) => (key === 'overlock_key' ? undefined : member)));

describe('a service without federation that is asked for entities', () => {
  it('is asked once for a list, each key once, and its answers go where they belong', async () => {
    const service = startService({
      productsByUpc: ({ upcs }) => [...upcs].reverse().map((upc) => (upc === 'none' ? null : product(upc))),
    });
    const result = await service.send(toFetch(ask, { variables: { r: [p('b'), p('a'), p('none'), p('b')] } }));
    const named = (upc: string) => ({ __typename: 'Product', name: `Product ${upc}` });
    expect(plain(result)).toEqual({ data: { _entities: [named('b'), named('a'), null, named('b')] } });
    expect(service.asked).toHaveLength(1);
    expect(Object.values(service.asked[0]?.variables ?? {})).toEqual([['b', 'a', 'none']]);
    const list = result.data?.['_entities'] as unknown[];
    expect(list[0]).toBe(list[3]);
  });

  it('is asked for several types and root fields at once, with what each needs and nothing else', async () => {
    const service = startService();
    const operation = /* GraphQL */ `
      query Mixed($r: [_Any!]!, $s: [_Any!]!, $first: Int, $name: String, $unused: Int) {
        hello: greeting(name: $name)
        top { ...Card }
        _entities(representations: $r) {
          ... on Product { upc related(first: $first) { ...Card } }
          ... on User { ...Person }
        }
        others: _entities(representations: $s) { ... on Named { name ... on Product { upc } } ... on Shop { city } }
        __typename
      }
      fragment Card on Product { title: name }
      fragment Person on User { id name }
    `;
    const variables = { r: [u(1), p('1')], s: [p('2'), { __typename: 'Shop', id: 's' }], first: 1, name: 'Ada' };
    const result = await service.send(toFetch(operation, { variables }));
    expect(plain(result)).toEqual({
      data: {
        hello: 'Hello Ada',
        top: [{ title: 'Product 1' }],
        __typename: 'Query',
        _entities: [
          { id: 1, name: 'User 1' },
          { upc: '1', related: [{ title: 'Product r1' }] },
        ],
        others: [{ name: 'Product 2', upc: '2' }, { city: 'Ulm' }],
      },
    });
    expect(service.asked).toHaveLength(1);
    expect(service.asked[0]?.variables).not.toHaveProperty('r');
  });

  it('gets the same query for the same operation and kinds of entities', async () => {
    const service = startService();
    const operation = toOperation(ask);
    for (const r of [[p('1')], [p('2'), p('3')], [u(1)], [u(2)]])
      await service.send(toFetch(operation, { variables: { r } }));
    const [first, second, third, fourth] = service.asked.map((fetch) => fetch.operation);
    expect(first).toBe(second);
    expect(third).toBe(fourth);
    expect(third).not.toBe(first);
  });

  it('is asked in parts when many entities are looked up one by one', async () => {
    const service = startService();
    const r = Array.from({ length: 120 }, (_, id) => u(id));
    const result = await service.send(toFetch(ask, { variables: { r } }));
    expect(service.asked.map(({ variables }) => Object.keys(variables ?? {}).length)).toEqual([50, 50, 20]);
    const entities = result.data?.['_entities'] as { name: string }[];
    expect(entities.map((entity) => entity?.name)).toEqual(
      r.map(({ id }) => (id === 13 || Number(id) > 100 ? undefined : `User ${id}`)),
    );
    expect(result.errors?.map(({ path }) => path)).toEqual([['_entities', 13]]);
  });

  it('is not asked when there is nothing to ask', async () => {
    const service = startService();
    expect(await service.send(toFetch(ask, { variables: { r: [] } }))).toEqual({ data: { _entities: [] } });
    const keyless = [p(null), { __typename: 'User' }];
    expect(await service.send(toFetch(ask, { variables: { r: keyless } }))).toEqual({
      data: { _entities: [null, null] },
    });
    expect(service.asked).toEqual([]);
  });

  it('is sent operations without _entities as they are', async () => {
    const service = startService();
    const fetch = toFetch('query { top { name } }');
    expect(await service.send(fetch)).toEqual({ data: { top: [{ name: 'Product 1' }] } });
    expect(service.asked[0]).toBe(fetch);
  });

  it.each<[string, (upcs: string[]) => unknown, (string | null)[]]>([
    ['answers too few', () => [product('b')], [null, 'Product b']],
    ['answers none', () => [], [null, null]],
    ['answers null', () => null, [null, null]],
    [
      'answers others, and some twice',
      () => [product('x'), { ...product('a'), name: 'first' }, product('a')],
      ['first', null],
    ],
  ])('gives null for what is missing when it %s', async (_name, answer, names) => {
    const service = startService({ productsByUpc: ({ upcs }) => answer(upcs) });
    const { data } = await service.send(toFetch(ask, { variables: { r: [p('a'), p('b')] } }));
    const entities = data?.['_entities'] as ({ name: string } | null)[];
    expect(entities.map((entity) => entity?.name ?? null)).toEqual(names);
  });

  it('compares keys as text, since an ID may be written as a number', async () => {
    const service = startService();
    const { data } = await service.send(toFetch(ask, { variables: { r: [p(7)] } }));
    expect(plain(data)).toEqual({ _entities: [{ __typename: 'Product', name: 'Product 7' }] });
  });

  it('gives null for an object of another type', async () => {
    const service = startService();
    const operation = 'query($r: [_Any!]!) { _entities(representations: $r) { ... on Shop { city } } }';
    const r = ['ulm', 'bank'].map((id) => ({ __typename: 'Shop', id }));
    expect(plain((await service.send(toFetch(operation, { variables: { r } }))).data)).toEqual({
      _entities: [{ city: 'Ulm' }, null],
    });
  });

  it('has its errors at the entities that they are about', async () => {
    const service = startService();
    const operation =
      'query($r: [_Any!]!) { e: _entities(representations: $r) { ... on Product { broken strict } ... on User { id } } top { broken } }';
    const r = [u(13), p('a'), p('bad'), p('a')];
    const { data, errors } = await service.send(toFetch(operation, { variables: { r } }));
    expect(plain(data)).toEqual({
      top: [{ broken: null }],
      e: [null, { broken: null, strict: 'ok' }, null, { broken: null, strict: 'ok' }],
    });
    const paths = errors?.map(({ path }) => path?.join('.')).sort();
    expect(paths).toEqual(['e.0', 'e.1.broken', 'e.2.broken', 'e.2.strict', 'e.3.broken', 'top.0.broken']);
  });

  it('has the error of a whole list at each of its entities', async () => {
    const service = startService({
      productsByUpc: () => {
        throw new Error('down');
      },
    });
    const { data, errors } = await service.send(toFetch(ask, { variables: { r: [p('a'), u(1), p('b')] } }));
    expect(plain(data)).toEqual({ _entities: [null, { __typename: 'User', name: 'User 1' }, null] });
    expect(errors?.map(({ path, message }) => [path, message])).toEqual(
      [0, 2].map((index) => [['_entities', index], 'down']),
    );
  });

  it('is a misconfiguration when a type has no lookup', async () => {
    const service = startService();
    await expect(
      service.send(toFetch(ask, { variables: { r: [{ __typename: 'Planet', id: 1 }] } })),
    ).rejects.toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      message: 'Planet cannot be loaded from the subgraph "recommendations".',
      cause: { message: expect.stringContaining('graph.subgraphs.recommendations.entities.Planet') },
    });
  });

  it('fails the fetch when it answers something else than a list', async () => {
    const send = withEntityLookup(async () => ({ data: { overlock_0_0: {} } }), 'recommendations', lookups);
    await expect(send(toFetch(ask, { variables: { r: [p('a')] } }))).rejects.toMatchObject({
      code: 'SUBGRAPH_INVALID_RESPONSE',
    });
  });

  it('passes on that an answer is shared', async () => {
    const send = withEntityLookup(async () => ({ data: {}, shared: true }), 'recommendations', lookups);
    expect(await send(toFetch(ask, { variables: { r: [p('a')] } }))).toEqual({
      data: { _entities: [null] },
      shared: true,
    });
  });
});
