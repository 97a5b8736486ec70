import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningService, startService } from '../../subgraphs/start-service.ts';

const names = ['accounts', 'products', 'reviews', 'recommendations'] as const;
type Name = (typeof names)[number];

const running = new Map<Name, RunningService>();

beforeAll(async () => {
  for (const name of names) running.set(name, await startService(name, { port: 0 }));
});
afterAll(async () => {
  await Promise.all([...running.values()].map((service) => service.close()));
});

describe('the GraphQL services', () => {
  const rows: readonly [name: Name, query: string, data: unknown][] = [
    [
      'accounts',
      '{ me { id name city } nobody: user(id: "0") { id } }',
      { me: { id: '1', name: 'Ada Archer', city: 'Bologna' }, nobody: null },
    ],
    [
      'products',
      '{ product(upc: "3") { name category brand { name } } nothing: product(upc: "0") { name } }',
      { product: { name: 'Cobalt Desk Lamp', category: 'LIGHTING', brand: { name: 'Birch & Bay' } }, nothing: null },
    ],
    [
      'products',
      '{ search(text: "TALLOW", first: 2) { __typename ... on Brand { name } ... on Product { name } } }',
      { search: [{ __typename: 'Brand', name: 'Tallow' }] },
    ],
    [
      'reviews',
      '{ latestReviews(first: 1) { id author { id name } product { upc } } }',
      { latestReviews: [{ id: '400', author: { id: '26', name: 'Bruno Archer' }, product: { upc: '57' } }] },
    ],
    [
      'recommendations',
      '{ productsByUpc(upcs: ["2", "none", "1"]) { upc } trending(first: 2) { upc } }',
      { productsByUpc: [{ upc: '2' }, null, { upc: '1' }], trending: [{ upc: '1' }, { upc: '2' }] },
    ],
  ];
  it.each(rows)('answers the same on every machine: %s %s', async (name, query, data) => {
    expect(await ask(name, query)).toEqual({ data });
  });

  const entities: readonly [name: Name, representation: Record<string, unknown>, fields: string, entity: unknown][] = [
    ['accounts', { __typename: 'User', id: '2' }, 'User { name }', { name: 'Bruno Brandt' }],
    ['accounts', { __typename: 'User', id: '0' }, 'User { name }', null],
    ['accounts', { __typename: 'toString' }, 'User { name }', null],
    ['products', { __typename: 'Product', upc: '1' }, 'Product { name }', { name: 'Amber Armchair' }],
    ['products', { __typename: 'Brand', id: '6' }, 'Brand { name }', { name: 'Tallow' }],
    [
      'reviews',
      { __typename: 'Product', upc: '1', price: 1500 },
      'Product { rating starsPerTenEuros }',
      { rating: 3, starsPerTenEuros: 2 },
    ],
    [
      'reviews',
      { __typename: 'Product', upc: '0', price: 1500 },
      'Product { rating starsPerTenEuros reviews { id } }',
      { rating: null, starsPerTenEuros: null, reviews: [] },
    ],
    ['reviews', { __typename: 'Review', id: '400' }, 'Review { stars }', { stars: 5 }],
    ['reviews', { __typename: 'Question', id: '400' }, 'Question { body }', null],
  ];
  it.each(entities)('answers entities: %s %j', async (name, representation, fields, entity) => {
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${fields} } }`;
    expect(await ask(name, query, { of: [representation] })).toEqual({ data: { _entities: [entity] } });
  });

  it.each(['accounts', 'products', 'reviews'] as const)('gives its SDL as it is written: %s', async (name) => {
    const sdl = readFileSync(new URL(`../../subgraphs/${name}.graphql`, import.meta.url), 'utf8');
    expect(await ask(name, '{ _service { sdl } }')).toEqual({ data: { _service: { sdl } } });
  });

  it('never answers more than a hundred rows', async () => {
    const { data } = await ask(
      'products',
      '{ many: products(first: 1000000) { upc } none: products(first: -1) { upc } }',
    );
    expect(data.many).toHaveLength(100);
    expect(data.none).toEqual([]);
  });

  it.each(names)('is healthy: %s', async (name) => {
    expect((await fetch(new URL('/health', urlOf(name)))).status).toBe(200);
  });

  it('keeps a new review and tells those who wait for reviews of that product', async () => {
    const events = await subscribe('subscription { reviewAdded(upc: "7") { body product { upc } } }');
    const review = (upc: string, body: string) =>
      ask(
        'reviews',
        `mutation { addReview(review: { upc: "${upc}", stars: 4, body: "${body}" }) { author { name } } }`,
      );
    await review('8', 'Not this one.');
    expect(await review('7', 'This one.')).toEqual({ data: { addReview: { author: { name: 'Ada Archer' } } } });
    expect(await events.next()).toEqual({ data: { reviewAdded: { body: 'This one.', product: { upc: '7' } } } });
    await events.close();
    const { data } = await ask('reviews', '{ latestReviews(first: 2) { body } }');
    expect(data.latestReviews).toEqual([{ body: 'This one.' }, { body: 'Not this one.' }]);
  });

  it.each([
    ['0', 'Fine.', 'Give from 1 to 5 stars.'],
    ['6', 'Fine.', 'Give from 1 to 5 stars.'],
    ['3', 'x'.repeat(1_001), 'Write at most 1000 characters.'],
  ])('refuses a review of %s stars', async (stars, body, message) => {
    const mutation = `mutation { addReview(review: { upc: "1", stars: ${stars}, body: "${body}" }) { id } }`;
    expect((await ask('reviews', mutation)).errors).toMatchObject([
      { message, extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });
});

function urlOf(name: Name): string {
  return running.get(name)?.url ?? '';
}

async function ask(name: Name, query: string, variables = {}) {
  return (await post(name, { query, variables }, 'application/json')).json();
}

function post(name: Name, body: object, accept: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', accept };
  return fetch(urlOf(name), { method: 'POST', headers, body: JSON.stringify(body) });
}

/** Events of a subscription, one by one, as they come over server-sent events. */
async function subscribe(query: string) {
  const response = await post('reviews', { query }, 'text/event-stream');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async () => {
    for (;;) {
      const [, data] = /^event: next\ndata: (.*)\n\n/m.exec(text) ?? [];
      if (data !== undefined) return JSON.parse(data);
      const { value, done } = await reader.read();
      if (done) throw new Error('The subscription ended.');
      text += value;
    }
  };
  return { next, close: () => reader.cancel() };
}
