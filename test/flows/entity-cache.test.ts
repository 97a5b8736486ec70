import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { type NamedProducts, serveNamedProducts } from '../support/named-products.ts';
import type { ServedSubgraph } from '../support/served-subgraph.ts';

describe('a gateway that keeps entities', () => {
  let shop: NamedProducts;
  let products: ServedSubgraph;
  let reviews: ServedSubgraph;
  let gateways: TestGateway[] = [];

  beforeAll(async () => {
    shop = await serveNamedProducts();
    ({ products, reviews } = shop);
  });
  afterAll(() => shop.close());
  beforeEach(() => {
    shop.reset();
    return async () => {
      await Promise.all(gateways.map((gateway) => gateway.stop()));
      gateways = [];
    };
  });

  const start = async (cache: Readonly<Record<string, unknown>> = {}, engine = 'compiled'): Promise<TestGateway> => {
    const gateway = await startTestGateway(
      toConfig({
        engine,
        graph: { subgraphs: { products: { url: products.url }, reviews: { url: reviews.url } } },
        cache: { entity: { enabled: true }, ...cache },
        headers: { toSubgraphs: [{ propagate: ['authorization', 'x-request-id', 'accept-language'] }] },
      }),
    );
    gateways.push(gateway);
    return gateway;
  };
  /** How many requests a service gets meanwhile. */
  const counting = async (service: ServedSubgraph, run: () => Promise<unknown>): Promise<number> => {
    const before = service.requests.length;
    await run();
    return service.requests.length - before;
  };
  const asked = (service: ServedSubgraph) =>
    service.requests.at(-1)?.json.variables?.['representations'] ??
    Object.values(service.requests.at(-1)?.json.variables ?? {})[0];
  const control = (gateway: TestGateway, body: unknown) =>
    fetch(`${gateway.adminUrl}/control/cache/purge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  const top = (...upcs: readonly string[]) => ({
    top: upcs.map((upc) => ({ upc, name: shop.names.get(upc) ?? null })),
  });
  const first = (count: number) => `{ top(first: ${count}) { upc name } }`;

  it.each(['compiled', 'stitched'])(
    'asks for what it does not know only, and answers as if it had asked for all (%s)',
    async (engine) => {
      const gateway = await start({}, engine);
      expect((await gateway.ask(first(2))).data).toEqual(top('1', '2'));
      expect((await gateway.ask(first(3))).data).toEqual(top('1', '2', '3'));
      expect(asked(reviews)).toEqual([{ __typename: 'Product', upc: '3' }]);
      const again = async () => expect((await gateway.ask(first(3))).data).toEqual(top('1', '2', '3'));
      expect(await counting(products, again)).toBe(0);
      expect(await counting(reviews, again)).toBe(0);
      const text = await (await fetch(`${gateway.adminUrl}/control/cache`)).json();
      expect(text).toMatchObject({ stores: [{ entries: 5, bytesMost: 64 * 1024 ** 2 }] });
    },
  );

  it('keeps each root field by itself, and none of which nothing is said', async () => {
    const gateway = await start();
    await gateway.ask('{ top(first: 1) { price upc } secret }');
    const asks = await counting(products, async () => {
      const { data } = await gateway.ask('{ secret top(first: 1) { price upc } again: secret }');
      expect(data).toEqual({ secret: 's', top: [{ price: 5, upc: '1' }], again: 's' });
    });
    expect(asks).toBe(1);
    expect(products.requests.at(-1)?.json.query).not.toMatch(/top/);
  });

  it('tells an argument that is null from one that is left to its default, and names both by what they are', async () => {
    const gateway = await start();
    const query = 'query ($n: Int) { top(first: $n) { upc } }';
    const two = { top: [{ upc: '1' }, { upc: '2' }] };
    expect((await gateway.ask(query, { n: null })).data).toEqual({ top: [] });
    expect((await gateway.ask(query)).data).toEqual(two);
    expect((await gateway.ask(query, { n: null })).data).toEqual({ top: [] });
    for (const ask of [() => gateway.ask(query), () => gateway.ask('{ top { upc } }')]) {
      await ask();
      expect(await counting(products, ask)).toBe(0);
      await control(gateway, { tags: ['top-2'] });
      expect(await counting(products, ask)).toBe(1);
    }
  });

  it('has a hundred clients that miss the same wait for one fetch', async () => {
    const gateway = await start();
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    await gateway.ask('{ top(first: 2) { upc } }');
    reviews.behave((response, request) => void gate.then(() => reviews.healthy(response, request)));
    const before = reviews.requests.length;
    const answers = Array.from({ length: 100 }, (_, index) =>
      gateway.ask(first(2), undefined, { headers: { 'x-request-id': `${index}` } }),
    );
    await reviews.arrived(before + 1);
    open();
    for (const { data } of await Promise.all(answers)) expect(data).toEqual(top('1', '2'));
    // Those whose request came after the answer have it from the store.
    expect(reviews.requests.length - before).toBe(1);
  });

  it('keeps what is private for who asked for it, and what is public for all', async () => {
    const gateway = await start();
    const as = (token: string | undefined) => (query: string) =>
      gateway.ask(query, undefined, token === undefined ? {} : { headers: { authorization: token } });
    const [ada, bob, nobody] = [as('ada'), as('bob'), as(undefined)];
    reviews.behave((response, request) => {
      const own = reviews.changed((whole) =>
        JSON.parse(JSON.stringify(whole).replaceAll('mine 1', `mine of ${request.headers.authorization}`)),
      );
      own(response, request);
    });
    const mine = '{ top(first: 1) { mine } }';
    for (const [who, name] of [
      [ada, 'ada'],
      [bob, 'bob'],
      [ada, 'ada'],
      [nobody, 'undefined'],
    ] as const) {
      expect((await who(mine)).data).toEqual({ top: [{ mine: `mine of ${name}` }] });
    }
    expect(await counting(reviews, () => ada(mine))).toBe(0);
    // Nobody is there to keep it for.
    expect(await counting(reviews, () => nobody(mine))).toBe(1);
    await ada(first(1));
    expect(await counting(reviews, () => bob(first(1)))).toBe(0);
    expect(await counting(reviews, () => nobody(first(1)))).toBe(0);
  });

  it('keeps that there is no such entity for a short time, and nothing with errors or cookies', async () => {
    const gateway = await start({ entity: { enabled: true, negativeMaxAge: '300ms' } });
    shop.names.delete('1');
    expect((await gateway.ask(first(1))).data).toEqual(top('1'));
    expect(await counting(reviews, () => gateway.ask(first(1)))).toBe(0);
    shop.names.set('1', 'there');
    await expect.poll(async () => (await gateway.ask(first(1))).data, { timeout: 2_000 }).toEqual(top('1'));
    reviews.behave(
      reviews.changed((whole) => ({ ...whole, errors: [{ message: 'half', path: ['_entities', 0, 'name'] }] })),
    );
    expect((await gateway.ask(first(2))).errors).toMatchObject([{ path: ['top', 1, 'name'] }]);
    reviews.behave((response, request) => {
      response.setHeader('set-cookie', 'a=b');
      reviews.healthy(response, request);
    });
    await gateway.ask(first(2));
    expect(await counting(reviews, () => gateway.ask(first(2)))).toBe(1);
  });

  it('forgets what a mutation returns, what its answer names, and what operators take away', async () => {
    const gateway = await start();
    const fill = () => gateway.ask(first(2));
    await fill();
    await gateway.ask('mutation { rename(upc: "1", name: "new") { upc } }');
    expect((await fill()).data).toEqual(top('1', '2'));
    expect(asked(reviews)).toEqual([{ __typename: 'Product', upc: '1' }]);
    const purges = [
      [{ tags: ['product-2'] }, ['2']],
      [{ entities: [{ type: 'Product', key: { upc: 2 } }] }, ['2']],
      [{ types: ['Product'] }, ['1', '2']],
      [{ subgraphs: ['reviews'] }, ['1', '2']],
      [{ all: true }, ['1', '2']],
    ] as const;
    for (const [body, upcs] of purges) {
      await fill();
      expect(await (await control(gateway, body)).json()).toEqual({ told: true });
      await fill();
      expect(asked(reviews)).toEqual(upcs.map((upc) => ({ __typename: 'Product', upc })));
    }
    products.behave((response, request) => {
      if (request.json.query.includes('mutation')) response.setHeader('cache-tag', 'product-1, other');
      products.healthy(response, request);
    });
    await gateway.ask('mutation { touch }');
    await fill();
    expect(asked(reviews)).toEqual([{ __typename: 'Product', upc: '1' }]);
    const many = Array.from({ length: 300 }, (_, index) => `name-${index}`);
    products.behave((response, request) => {
      if (request.json.query.includes('mutation')) response.setHeader('cache-tag', [...many, 'product-2'].join());
      products.healthy(response, request);
    });
    await gateway.ask('mutation { touch }');
    await fill();
    expect(asked(reviews)).toEqual([{ __typename: 'Product', upc: '2' }]);
    await control(gateway, { tags: ['top-2'] });
    expect(await counting(products, fill)).toBe(1);
    expect((await control(gateway, { tag: 'a' })).status).toBe(400);
    expect((await control(gateway, {})).status).toBe(400);
    expect((await fetch(`${gateway.adminUrl}/control/cache/purge`, { method: 'POST', body: '{}' })).status).toBe(415);
  });

  it('answers stale while one fetch brings what is new, and what is old when that fails', async () => {
    const rules = [{ fields: 'Product', maxAge: '100ms', staleWhileRevalidate: '1s', staleIfError: '1h' }];
    const gateway = await start({ rules, entity: { enabled: true, negativeMaxAge: '50ms' } });
    await gateway.ask(first(1));
    const old = top('1');
    shop.names.set('1', 'newer');
    await sleep(150);
    expect((await gateway.ask(first(1))).data).toEqual(old);
    await expect.poll(async () => (await gateway.ask(first(1))).data).toEqual(top('1'));
    reviews.behave((response) => response.writeHead(503).end());
    await sleep(1_200);
    const { data, errors } = await gateway.ask(first(1));
    expect(errors).toEqual([]);
    expect(data).toEqual(top('1'));
    const text = await (await gateway.ask(first(1))).text;
    expect(JSON.parse(text)).toMatchObject({ extensions: { degraded: [{ reason: 'stale' }] } });
    // What never was there has failed, and takes nothing along.
    const more = await gateway.ask(first(2));
    expect(more.data).toEqual({
      top: [
        { upc: '1', name: 'newer' },
        { upc: '2', name: null },
      ],
    });
    expect(more.errors).toMatchObject([{ path: ['top', 1, 'name'], extensions: { code: 'SUBGRAPH_HTTP_ERROR' } }]);
  });

  it('goes by what headers say where the schema says nothing', async () => {
    const gateway = await start();
    products.behave((response, request) => {
      response.setHeader('cache-control', 'max-age=60, public');
      response.setHeader('vary', 'accept-language');
      products.healthy(response, request);
    });
    const secret = (language: string) =>
      gateway.ask('{ secret }', undefined, { headers: { 'accept-language': language, authorization: 'ada' } });
    expect(await counting(products, () => secret('de'))).toBe(1);
    expect(await counting(products, () => secret('de'))).toBe(0);
    expect(await counting(products, () => secret('fr'))).toBe(1);
    products.behave((response, request) => {
      response.setHeader('cache-control', 'no-store');
      products.healthy(response, request);
    });
    expect(await counting(products, () => secret('it'))).toBe(1);
    expect(await counting(products, () => secret('it'))).toBe(1);
  });
});
