import { afterEach, describe, expect, it } from 'vitest';
import type { RestCall } from '../../../rest-bridge/runtime/scope-calls.ts';
import {
  type BackendAnswer,
  type RestBackend,
  type SeenRequest,
  startRestBackend,
} from '../../support/rest-backend.ts';
import { createSubject, type RestSubject, recordingCall } from './rest-subject.ts';

let backend: RestBackend | undefined;
afterEach(async () => {
  await backend?.close();
  backend = undefined;
});

async function start(
  sdl: string,
  answer: (request: SeenRequest) => BackendAnswer | Promise<BackendAnswer>,
  maxConcurrency = 4,
): Promise<{ subject: RestSubject; targets: () => readonly string[] }> {
  const started = await startRestBackend(answer);
  backend = started;
  const subject = createSubject(sdl, { url: started.url, maxConcurrency });
  return {
    subject,
    targets: () => started.seen.map(({ method, target }) => `${method} ${decodeURIComponent(target)}`),
  };
}

function entities(selection: string) {
  return `query ($of: [_Any!]!) { _entities(representations: $of) { __typename ${selection} } }`;
}

const upcs = (...values: unknown[]) => ({ of: values.map((upc) => ({ __typename: 'Product', upc })) });
const listOf = (target: string) => new URL(target, 'http://x').searchParams.get('upcs')?.split(',') ?? [];

const bulk = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires"])
  extend type Product
    @key(fields: "upc")
    @rest(
      path: "/products"
      query: [{ name: "upcs", value: "{$keys.upc}", style: FORM }]
      select: "items"
      batch: { matchOn: "code", maxSize: 3 }
    ) {
    upc: ID! @external @restName(name: "code")
    name: String
    price: Int!
  }
  type Query {
    product(upc: ID!): Product @rest(path: "/products/{$args.upc}")
  }
`;

describe('a bulk call', () => {
  it('loads many keys at once, splits at maxSize, and matches what comes back', async () => {
    const { subject, targets } = await start(bulk, ({ target }) => ({
      json: {
        items: [
          ...listOf(target)
            .filter((upc) => upc !== '4')
            .map((upc) => ({ code: Number(upc), name: `n${upc}`, price: 1 }))
            .reverse(),
          { code: 1, name: 'a second one', price: 2 },
          { code: 99, name: 'not asked for', price: 2 },
          null,
        ],
      },
    }));
    const { data, errors } = await subject.run(entities('... on Product { upc name }'), upcs('1', 2, '3', '4', '1'));
    expect(errors).toBeUndefined();
    expect(data?.['_entities']).toEqual([
      { __typename: 'Product', upc: '1', name: 'n1' },
      { __typename: 'Product', upc: '2', name: 'n2' },
      { __typename: 'Product', upc: '3', name: 'n3' },
      null,
      { __typename: 'Product', upc: '1', name: 'n1' },
    ]);
    expect(targets()).toEqual(['GET /products?upcs=1,2,3', 'GET /products?upcs=4']);
  });

  it('is an error of each of its keys when it fails, and of no other', async () => {
    const { subject } = await start(bulk, ({ target }) =>
      listOf(target).includes('bad') ? { status: 500 } : { json: { items: [{ code: 'd', name: 'd', price: 1 }] } },
    );
    const { data, errors } = await subject.run(entities('... on Product { name }'), upcs('a', 'bad', 'c', 'd'));
    expect(data?.['_entities']).toEqual([null, null, null, { __typename: 'Product', name: 'd' }]);
    expect(errors?.map(({ path, extensions }) => [path, extensions?.['code'], extensions?.['status']])).toEqual(
      [0, 1, 2].map((index) => [['_entities', index], 'SUBGRAPH_HTTP_ERROR', 500]),
    );
  });

  it.each<[string, BackendAnswer, readonly unknown[], number]>([
    ['null where the status says that there are none', { status: 404 }, [null, null], 0],
    ['an error for an object instead of a list', { json: { items: {} } }, [null, null], 2],
    ['null for an item that is no object', { json: { items: ['a', [], 5] } }, [null, null], 0],
    [
      'an error of the item alone without a value that must be there',
      { json: { items: [{ code: 'a' }] } },
      [null, null],
      1,
    ],
  ])('answers %s', async (_what, answer, expected, count) => {
    const { subject } = await start(bulk, () => answer);
    const { data, errors } = await subject.run(entities('... on Product { price }'), upcs('a', 'b'));
    expect(data?.['_entities']).toEqual(expected);
    expect(errors?.length ?? 0).toBe(count);
  });

  it('keeps every key in its place in the URL', async () => {
    const { subject, targets } = await start(bulk, () => ({ json: { items: [] } }));
    await subject.run(entities('... on Product { name }'), upcs('a,b', '&x=1#', '../..'));
    expect(targets()).toEqual(['GET /products?upcs=a,b,&x=1#,../..']);
    expect(backend?.seen[0]?.target).toBe('/products?upcs=a%2Cb,%26x%3D1%23,..%2F..');
  });

  it('goes by order when nothing says what to match on, and refuses another number or another entity', async () => {
    const sdl = /* GraphQL */ `
      type Product
        @key(fields: "upc")
        @rest(method: POST, path: "/lookup", body: { value: "{$keys}" }, batch: {}) {
        upc: ID! @restName(name: "code")
        name: String
      }
    `;
    let items: unknown;
    const { subject } = await start(sdl, () => ({ json: items }));
    const run = () => subject.run(entities('... on Product { name }'), upcs('a', 'b', 'c'));
    items = [{ name: 'A' }, null, { code: 'c', name: 'C' }];
    expect((await run()).data?.['_entities']).toMatchObject([{ name: 'A' }, null, { name: 'C' }]);
    expect(JSON.parse(String(backend?.seen[0]?.body))).toEqual([{ code: 'a' }, { code: 'b' }, { code: 'c' }]);
    items = [
      { code: 'b', name: 'B' },
      { code: 'a', name: 'A' },
      { code: 'c', name: 'C' },
    ];
    const shuffled = await run();
    expect(shuffled.data?.['_entities']).toMatchObject([null, null, { name: 'C' }]);
    expect(shuffled.errors).toHaveLength(2);
    items = [{ name: 'A' }, { name: 'B' }];
    const short = await run();
    expect(short.errors?.map(({ message }) => message)).toEqual(
      Array(3).fill('The subgraph answered 2 entities for 3 keys.'),
    );
  });

  it('matches compound and nested keys', async () => {
    const sdl = /* GraphQL */ `
      enum Region { EU @restName(name: "eu-1") US }
      type Org { id: ID! @restName(name: "org-id") name: String }
      type Item
        @key(fields: "sku region org { id }")
        @rest(
          method: POST
          path: "/items"
          body: { fields: [{ name: "keys", value: "{$keys}" }, { name: "orgs", value: "{$keys.org.id}" }] }
          batch: { matchOn: "sku where.region where.org" }
        ) {
        sku: ID!
        region: Region!
        org: Org!
        name: String
      }
    `;
    const { subject } = await start(sdl, () => ({
      json: [
        { sku: 1, where: { region: 'US', org: 7 }, name: 'us' },
        { sku: 1, where: { region: 'eu-1', org: 7 }, name: 'eu', org: { 'org-id': 7, name: 'Org' } },
      ],
    }));
    const of = ['EU', 'US'].map((region) => ({ __typename: 'Item', sku: '1', region, org: { id: '7' } }));
    const { data, errors } = await subject.run(entities('... on Item { region org { id name } name }'), { of });
    expect(errors).toBeUndefined();
    expect(data?.['_entities']).toEqual([
      { __typename: 'Item', region: 'EU', org: { id: '7', name: 'Org' }, name: 'eu' },
      { __typename: 'Item', region: 'US', org: { id: '7', name: null }, name: 'us' },
    ]);
    expect(JSON.parse(String(backend?.seen[0]?.body))).toEqual({
      keys: [
        { sku: '1', region: 'eu-1', org: { 'org-id': '7' } },
        { sku: '1', region: 'US', org: { 'org-id': '7' } },
      ],
      orgs: ['7', '7'],
    });
  });
});

describe('a call for one entity', () => {
  const sdl = /* GraphQL */ `
    type Product
      @key(fields: "upc")
      @key(fields: "sku region")
      @rest(path: "/products/{$key.upc}")
      @rest(path: "/regions/{$key.region}/products/{$key.sku}") {
      upc: ID!
      sku: ID
      region: String
      name: String
      weight: Int @external
      size: Size @external
      warehouse: ID
      stock: Int @rest(path: "/stock/{$this.upc}", select: "quantity")
      city: String @rest(path: "/warehouses/{$this.warehouse}", select: "city")
      shipping: Int
        @requires(fields: "weight size { height }")
        @rest(path: "/shipping", query: [{ name: "kg", value: "{$this.weight}" }, { name: "cm", value: "{$this.size.height}" }])
    }
    type Size { height: Int @external }
    type Query {
      product(upc: ID!): Product @rest(path: "/products/{$args.upc}")
      products: [Product] @rest(path: "/products")
    }
    type Mutation {
      rename(upc: ID!): Product @rest(method: PUT, path: "/products/{$args.upc}")
    }
  `;
  const answer = ({ target }: SeenRequest): BackendAnswer => {
    if (target.includes('missing')) return { status: 404 };
    if (target.startsWith('/stock')) return { json: { quantity: 5 } };
    if (target.startsWith('/warehouses')) return { json: { city: 'Oslo' } };
    if (target.startsWith('/shipping')) return { json: 12 };
    if (target === '/products') return { json: [{ upc: 'a' }, { upc: 'b', name: 'listed' }, { upc: 'missing' }] };
    const upc = target.split('/').at(-1);
    return { json: { upc, sku: 's', name: `n-${upc}`, warehouse: 'w1' } };
  };

  it('is chosen by the key that is there; one that is not found is null, one without a key an error', async () => {
    const { subject, targets } = await start(sdl, answer);
    const of = [
      { __typename: 'Product', sku: 'x', region: 'eu' },
      { __typename: 'Product', upc: 'a' },
      { __typename: 'Product', upc: 'missing' },
      { __typename: 'Product', sku: 'x' },
      { __typename: 'Nothing', upc: 'a' },
      { upc: 'a' },
    ];
    const { data, errors } = await subject.run(entities('... on Product { name }'), { of });
    expect(data?.['_entities']).toEqual([
      { __typename: 'Product', name: 'n-x' },
      { __typename: 'Product', name: 'n-a' },
      null,
      null,
      null,
      null,
    ]);
    expect(errors?.map(({ path, extensions }) => [path?.[1], extensions?.['code']])).toEqual(
      [3, 4, 5].map((index) => [index, 'BAD_USER_INPUT']),
    );
    expect(targets()).toEqual(['GET /regions/eu/products/x', 'GET /products/a', 'GET /products/missing']);
  });

  it('is not made when the representation and calls of the fields have all that is asked for', async () => {
    const { subject, targets } = await start(sdl, answer);
    const of = [{ __typename: 'Product', upc: 'a', weight: 3, size: { height: 40 } }];
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ...P } } fragment P on Product { upc stock shipping }`;
    const { data } = await subject.run(query, { of });
    expect(data).toEqual({ _entities: [{ upc: 'a', stock: 5, shipping: 12 }] });
    expect(targets().toSorted()).toEqual(['GET /shipping?kg=3&cm=40', 'GET /stock/a']);
  });

  it('is made first when the call of a field needs what it answers', async () => {
    const { subject, targets } = await start(sdl, answer);
    const { data } = await subject.run(entities('... on Product { city }'), upcs('a'));
    expect(data).toEqual({ _entities: [{ __typename: 'Product', city: 'Oslo' }] });
    expect(targets()).toEqual(['GET /products/a', 'GET /warehouses/w1']);
  });

  it('completes what was answered as a mere reference, and only that', async () => {
    const { subject, targets } = await start(sdl, answer);
    const { data } = await subject.run('{ products { upc name city } }');
    expect(data).toEqual({
      products: [
        { upc: 'a', name: 'n-a', city: 'Oslo' },
        { upc: 'b', name: 'listed', city: 'Oslo' },
        { upc: 'missing', name: null, city: null },
      ],
    });
    expect(targets().toSorted()).toEqual([
      'GET /products',
      'GET /products/a',
      'GET /products/b',
      'GET /products/missing',
      'GET /warehouses/w1',
    ]);
  });

  it('is made once for the same URL in one scope, and again in another', async () => {
    const { subject, targets } = await start(sdl, answer);
    const query = '{ a: product(upc: "1") { name } b: product(upc: "1") { name } c: product(upc: "2") { name } }';
    const scope = {};
    await Promise.all([
      subject.run(query, {}, { scope }),
      subject.run(entities('... on Product { name }'), upcs('1', '1'), { scope }),
    ]);
    expect(targets().toSorted()).toEqual(['GET /products/1', 'GET /products/2']);
    await subject.run(query);
    expect(targets()).toHaveLength(4);
  });

  it('is forgotten after a mutation; mutations run one after another, each of them', async () => {
    const { subject, targets } = await start(sdl, answer);
    const scope = {};
    await subject.run('{ product(upc: "1") { name stock } }', {}, { scope });
    await subject.run('mutation { a: rename(upc: "1") { stock } b: rename(upc: "1") { stock } }', {}, { scope });
    await subject.run('{ product(upc: "1") { name } }', {}, { scope });
    expect(targets()).toEqual([
      'GET /products/1',
      'GET /stock/1',
      'PUT /products/1',
      'GET /stock/1',
      'PUT /products/1',
      'GET /stock/1',
      'GET /products/1',
    ]);
  });

  it('waits while maxConcurrency others are in flight', async () => {
    const { call, seen } = recordingCall({ name: 'n' });
    let inFlight = 0;
    let mostAtOnce = 0;
    const slowCall: RestCall = async (request) => {
      inFlight += 1;
      mostAtOnce = Math.max(mostAtOnce, inFlight);
      await new Promise(setImmediate);
      inFlight -= 1;
      return call(request);
    };
    const subject = createSubject(sdl, { call: slowCall, maxConcurrency: 3 });
    const keys = Array.from({ length: 40 }, (_, index) => String(index));
    const { errors } = await subject.run(entities('... on Product { name }'), upcs(...keys));
    expect([errors, mostAtOnce, seen.length]).toEqual([undefined, 3, 40]);
  });

  it('is refused beyond the most calls for one client request', async () => {
    const { call, seen } = recordingCall({ name: 'n' });
    const keys = Array.from({ length: 10_002 }, (_, index) => String(index));
    const { errors } = await createSubject(sdl, { call }).run(entities('... on Product { name }'), upcs(...keys));
    expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual([
      'COST_LIMIT_EXCEEDED',
      'COST_LIMIT_EXCEEDED',
    ]);
    expect(seen).toHaveLength(10_000);
  });

  it('is not made any more once the client has left', async () => {
    const leaving = new AbortController();
    const { subject } = await start(
      sdl,
      (request) => {
        leaving.abort();
        return answer(request);
      },
      1,
    );
    const { errors } = await subject.run(entities('... on Product { name }'), upcs('1', '2', '3'), {
      signal: leaving.signal,
    });
    expect(errors).toHaveLength(3);
    expect(backend?.seen).toHaveLength(1);
  });
});

describe('an object of another type', () => {
  it('may be answered as its bare key, and is loaded when more is asked for', async () => {
    const sdl = /* GraphQL */ `
      type Order {
        id: ID!
        product: Product @restName(name: "product_id")
        seller: Seller @restName(name: "seller_ids")
        sellers: [Seller] @restName(name: "seller_ids")
      }
      type Product @key(fields: "upc", resolvable: false) { upc: ID! @restName(name: "code") }
      type Seller @key(fields: "id") @rest(path: "/sellers/{$key.id}") { id: ID! name: String }
      type Query { order: Order @rest(path: "/order") }
    `;
    const { subject, targets } = await start(sdl, ({ target }) =>
      target === '/order' ? { json: { id: 1, product_id: 5, seller_ids: [1, '2', true] } } : { json: { name: target } },
    );
    const { data, errors } = await subject.run('{ order { product { __typename upc } sellers { id name } } }');
    expect(data).toEqual({
      order: {
        product: { __typename: 'Product', upc: '5' },
        sellers: [{ id: '1', name: '/sellers/1' }, { id: '2', name: '/sellers/2' }, null],
      },
    });
    expect(errors?.map(({ path }) => path)).toEqual([['order', 'sellers', 2]]);
    expect(targets().toSorted()).toEqual(['GET /order', 'GET /sellers/1', 'GET /sellers/2']);
  });

  it('is loaded through the key of its interface', async () => {
    const sdl = /* GraphQL */ `
      interface Media @key(fields: "id") @rest(path: "/media/{$key.id}") @restType(discriminator: "kind") {
        id: ID!
        title: String
      }
      type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
      type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }
    `;
    const { subject } = await start(sdl, ({ target }) => ({
      json: { kind: target.endsWith('1') ? 'Book' : 'Film', title: target },
    }));
    const of = [
      { __typename: 'Media', id: '1' },
      { __typename: 'Media', id: '2' },
      { __typename: 'Film', id: '2' },
    ];
    const { data } = await subject.run(entities('... on Media { id title }'), { of });
    expect(data?.['_entities']).toEqual([
      { __typename: 'Book', id: '1', title: '/media/1' },
      { __typename: 'Film', id: '2', title: '/media/2' },
      { __typename: 'Film', id: '2', title: '/media/2' },
    ]);
  });
});

it('answers its SDL', async () => {
  const { subject } = await start(bulk, () => ({ status: 500 }));
  expect(await subject.run('{ _service { sdl } }')).toEqual({ data: { _service: { sdl: bulk } } });
});
