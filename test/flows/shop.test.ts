import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readAsset } from '../../subgraphs/asset.ts';
import { ask, toErrorLines } from '../support/ask.ts';
import { type Shop, startShop } from '../support/shop.ts';

const examples: readonly string[] = parse(readAsset('overlock.yaml')).graphiql.examples;
const [productPage = '', search = '', review = ''] = examples;

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

/** What a GraphQL service answers by itself. */
async function askService<Data>(
  name: 'accounts' | 'products' | 'reviews' | 'recommendations',
  query: string,
  variables?: Record<string, unknown>,
): Promise<Data> {
  const { data, errors } = await ask(shop.services[name].url, query, variables);
  expect(errors).toEqual([]);
  return data as Data;
}

/** What the reviews service says of a product when it is asked as a gateway asks. */
async function askReviews(representation: { upc: string; price?: number }, selection: string): Promise<object> {
  const { _entities } = await askService<{ _entities: [object] }>(
    'reviews',
    `query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on Product ${selection} } }`,
    { keys: [{ __typename: 'Product', ...representation }] },
  );
  return _entities[0];
}

async function get<Body>(name: 'inventory' | 'shipping', path: string): Promise<Body> {
  const response = await fetch(`${shop.services[name].url}${path}`);
  return (await response.json()) as Body;
}

interface Stock {
  readonly upc: string;
  readonly quantity: number;
  readonly in_stock: boolean;
  readonly warehouse: { readonly city: string };
}

async function stockOf(...upcs: string[]): Promise<readonly Stock[]> {
  const { items } = await get<{ items: Stock[] }>('inventory', `/stock?upcs=${upcs.join(',')}`);
  return items;
}

describe('the examples of the demo', () => {
  it('joins one product from four services', async () => {
    const { product } = await askService<{ product: object }>(
      'products',
      '{ product(upc: "1") { name price brand { name } } }',
    );
    const feedback = await askReviews({ upc: '1' }, '{ rating reviews(first: 2) { stars body author { name } } }');
    const [stock] = await stockOf('1');
    const { shippingOptions } = await get<{
      shippingOptions: { carrier: { name: string }; days: number; cost: number }[];
    }>('shipping', '/products/1');
    const expected = {
      ...product,
      ...feedback,
      inStock: stock?.in_stock,
      warehouse: { city: stock?.warehouse.city },
      shippingOptions: shippingOptions.map(({ carrier, days, cost }) => ({
        carrier: { name: carrier.name },
        days,
        cost,
      })),
    };

    const { status, text } = await shop.ask(productPage);

    expect(status).toBe(200);
    expect(text).toBe(JSON.stringify({ data: { product: expected } }));
  });

  it('joins products and brands of a search with what three other services know of them', async () => {
    type Hit = { __typename: string; upc: string; name: string; price: number; products?: object[] };
    const { search: hits } = await askService<{ search: Hit[] }>(
      'products',
      `{ search(text: "lamp", first: 3) {
           __typename ... on Product { upc name price } ... on Brand { name products(first: 3) { name } } } }`,
    );
    const expected = await Promise.all(
      hits.map(async ({ __typename, upc, name, price, products }) => {
        if (__typename === 'Brand') return { name, products };
        const { productsByUpc } = await askService<{ productsByUpc: [{ alsoBought: { upc: string }[] }] }>(
          'recommendations',
          `{ productsByUpc(upcs: ["${upc}"]) { alsoBought(first: 2) { upc } } }`,
        );
        const others = productsByUpc[0].alsoBought.map((other) => other.upc);
        const stock = await stockOf(...others);
        const { products: all } = await askService<{ products: { upc: string; name: string }[] }>(
          'products',
          '{ products(first: 100) { upc name } }',
        );
        return {
          name,
          price,
          ...(await askReviews({ upc, price }, '{ starsPerTenEuros }')),
          alsoBought: others.map((other) => ({
            name: all.find((product) => product.upc === other)?.name,
            inStock: stock.find((one) => one.upc === other)?.in_stock,
          })),
        };
      }),
    );
    expect(expected).toHaveLength(3);

    const { text } = await shop.ask(search);

    expect(text).toBe(JSON.stringify({ data: { search: expected } }));
  });

  it('writes a review and reads it back through the product', async () => {
    const { me } = await askService<{ me: object }>('accounts', '{ me { name city } }');
    const { data, errors } = await shop.ask(review);
    const read = await shop.ask(
      '{ product(upc: "1") { name rating feedback(first: 3) { __typename body author { name } } } }',
    );

    expect(errors).toEqual([]);
    expect(data).toEqual({ addReview: { author: me, ...read.data } });
    expect(read.text).toContain('[{"__typename":"Review","body":"Carried me through the winter."');
  });
});

describe('what clients write', () => {
  const ada = { id: '1', name: 'Ada Archer', email: 'ada.archer@example.com', city: 'Bologna' };

  const cases: Readonly<Record<string, readonly [query: string, variables: Record<string, unknown>, data: string]>> = {
    'fields in the order asked': [
      '{ z: me { city name id } b: product(upc: "3") { price upc name } a: me { id } }',
      {},
      `{"z":{"city":"Bologna","name":"Ada Archer","id":"1"},"b":{"price":6695,"upc":"3","name":"Cobalt Desk Lamp"},"a":{"id":"1"}}`,
    ],
    'the same field under several aliases, across services': [
      '{ p: product(upc: "1") { two: reviews(first: 2) { stars } one: reviews(first: 1) { s: stars } n: name name } }',
      {},
      '{"p":{"two":[{"stars":5},{"stars":5}],"one":[{"s":5}],"n":"Amber Armchair","name":"Amber Armchair"}}',
    ],
    'fragments within fragments, merged': [
      `{ me { ...A id ... { city } } }
       fragment A on User { name ...B } fragment B on User { id reviews(first: 1) { product { ...C } } }
       fragment C on Product { upc } `,
      {},
      '{"me":{"name":"Ada Archer","id":"1","reviews":[{"product":{"upc":"1"}}],"city":"Bologna"}}',
    ],
    'variables and their defaults': [
      'query ($upc: String! = "3", $n: Int = 2, $category: Category) { product(upc: $upc) { upc } products(first: $n, category: $category) { upc } }',
      { category: 'LIGHTING' },
      '{"product":{"upc":"3"},"products":[{"upc":"3"},{"upc":"7"}]}',
    ],
    'null for a variable that may be null, and a default of the schema': [
      'query ($category: Category = KITCHEN, $n: Int! = 1) { products(category: $category, first: $n) { upc } me { reviews { __typename } } }',
      { category: null },
      `{"products":[{"upc":"1"}],"me":{"reviews":${JSON.stringify(Array(5).fill({ __typename: 'Review' }))}}}`,
    ],
    '@skip and @include on fields, fragments and a whole entity fetch': [
      `query ($yes: Boolean!, $no: Boolean! = false) {
         me { id @skip(if: $yes) name @include(if: $yes) ...C @include(if: $no) ... @skip(if: $yes) { email } }
         product(upc: "1") { upc stock @include(if: $no) rating @skip(if: $yes) }
         never: product(upc: "1") @include(if: $no) { name } }
       fragment C on User { city }`,
      { yes: true },
      '{"me":{"name":"Ada Archer"},"product":{"upc":"1"}}',
    ],
    'an interface: its fields, those of its types, and fields of other services below': [
      `{ product(upc: "2") { feedback(first: 3) {
           __typename body product { stock name } ... on Question { answer } ... on Review { stars } author { email } } } }`,
      {},
      JSON.stringify({
        product: {
          feedback: [
            {
              __typename: 'Review',
              body: 'The best thing in the house.',
              product: { stock: 41, name: 'Birch Kettle' },
              stars: 5,
              author: { email: 'clara.dubois@example.com' },
            },
            {
              __typename: 'Review',
              body: 'Well made, would buy it again.',
              product: { stock: 41, name: 'Birch Kettle' },
              stars: 4,
              author: { email: 'felix.archer@example.com' },
            },
            {
              __typename: 'Question',
              body: 'Does it come in green?',
              product: { stock: 41, name: 'Birch Kettle' },
              answer: 'From spring on it does.',
              author: { email: 'felix.ekholm@example.com' },
            },
          ],
        },
      }),
    ],
    'a union: both types, each with fields of other services': [
      `{ search(text: "an", first: 2) { __typename ... on Brand { products(first: 1) { stock name } id } ... on Product { stock upc } } }`,
      {},
      '{"search":[{"__typename":"Brand","products":[{"stock":41,"name":"Birch Kettle"}],"id":"5"},{"__typename":"Product","stock":50,"upc":"4"}]}',
    ],
    'an entity that does not exist': [
      '{ product(upc: "999") { name stock } user(id: "x") { name } }',
      {},
      '{"product":null,"user":null}',
    ],
    'nothing but __typename': [
      '{ __typename a: __typename me { __typename } }',
      {},
      '{"__typename":"Query","a":"Query","me":{"__typename":"User"}}',
    ],
    'names of every object as aliases at the root': [
      '{ __proto__: me { id } constructor: me { id } then: me { id } toString: me { id } toJSON: __typename hasOwnProperty: warehouses { id } }',
      {},
      `{"__proto__":{"id":"1"},"constructor":{"id":"1"},"then":{"id":"1"},"toString":{"id":"1"},"toJSON":"Query","hasOwnProperty":[{"id":"north"},{"id":"east"},{"id":"south"},{"id":"west"}]}`,
    ],
    'names of every object as aliases below, in an entity of several services': [
      '{ product(upc: "4") { __proto__: name toString: stock then: brand { constructor: name } valueOf: warehouse { toJSON: city } } }',
      {},
      `{"product":{"__proto__":"Dune Blanket","toString":50,"then":{"constructor":"Hearthside"},"valueOf":{"toJSON":"Aarhus"}}}`,
    ],
    'names of every object as variables': [
      'query ($valueOf: ID!, $constructor: Int! = 1, $toString: Boolean!) { user(id: $valueOf) { name reviews(first: $constructor) { stars } id @include(if: $toString) } }',
      JSON.parse('{"valueOf": "1", "toString": true, "__proto__": { "valueOf": "2", "polluted": true } }'),
      '{"user":{"name":"Ada Archer","reviews":[{"stars":5}],"id":"1"}}',
    ],
  };

  it.each(Object.entries(cases))('answers %s', async (_name, [query, variables, data]) => {
    const answer = await shop.ask(query, variables);
    expect(toErrorLines(answer)).toEqual([]);
    expect(answer.text).toBe(`{"data":${data}}`);
  });

  it('answers introspection alone as it does beside data', async () => {
    const schema = '__schema { queryType { name } mutationType { name } types { name } }';
    const alone = await shop.ask(`{ ${schema} user: __type(name: "User") { name fields { name } } }`);
    const mixed = await shop.ask(
      `{ me { ...Everything } ${schema} ... { user: __type(name: "User") { name fields { name } } } }
       fragment Everything on User { id name email city }`,
    );
    expect(mixed.errors).toEqual([]);
    expect(mixed.data).toEqual({ me: ada, ...alone.data });
    expect(Object.keys(mixed.data ?? {})).toEqual(['me', '__schema', 'user']);
    expect(alone.data).toMatchObject({ user: { fields: [...Object.keys(ada), 'reviews'].map((name) => ({ name })) } });
    expect(alone.text).not.toMatch(/_Any|_Service|_Entity|join__|link__|FieldSet/);
  });

  it('runs the fields of a mutation one after the other, each with fields of other services', async () => {
    const [before] = await stockOf('4');
    const { data, errors } = await shop.ask(
      `mutation ($few: Int!) {
         first: receiveDelivery(upc: "4", quantity: $few) { stock name }
         second: receiveDelivery(upc: "4", quantity: 7) { stock price }
         third: receiveDelivery(upc: "none", quantity: 7) { stock } }`,
      { few: 5 },
    );
    const stock = before?.quantity ?? 0;
    expect(errors).toEqual([]);
    expect(data).toEqual({
      first: { stock: stock + 5, name: 'Dune Blanket' },
      second: { stock: stock + 12, price: expect.any(Number) },
      third: null,
    });
    expect((await stockOf('4'))[0]?.quantity).toBe(stock + 12);
  });

  it('reads anew after each field of a mutation, from REST too', async () => {
    const add = 'addReview(review: { upc: "6", stars: 5, body: "Again." }) { product { stock name } }';
    const { data, errors } = await shop.ask(
      `mutation { first: ${add} delivery: receiveDelivery(upc: "6", quantity: 9) { upc } second: ${add} }`,
    );
    const [stock] = await stockOf('6');
    const after = stock?.quantity ?? 0;
    expect(errors).toEqual([]);
    expect(data).toEqual({
      first: { product: { stock: after - 9, name: expect.any(String) } },
      delivery: { upc: '6' },
      second: { product: { stock: after, name: expect.any(String) } },
    });
  });

  it('pollutes nothing', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
