import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { hold } from '../support/fake-subgraph.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { startLoad } from '../support/load.ts';
import { type NamedProducts, serveNamedProducts } from '../support/named-products.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../support/redis.ts';

const query = '{ top(first: 2) { upc name } }';
const large = `{ top(first: 2) { ${Array.from({ length: 60 }, (_, index) => `name${index}: name`).join(' ')} } }`;
const soon = { timeout: 5_000 };
/** How long a gateway may take to hear of what another one was told. */
const second = { timeout: 1_000, interval: 10 };

describeWithRedis('two gateways that store whole answers in one Redis', () => {
  let shop: NamedProducts;
  let redis: TestRedis;
  let one: TestGateway;
  let other: TestGateway;
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    shop = await serveNamedProducts();
  });
  afterAll(async () => {
    vi.useRealTimers();
    await shop.close();
  });
  beforeEach(async () => {
    shop.reset();
    redis = await startRedis();
    const config = toConfig({
      graph: { subgraphs: { products: { url: shop.products.url }, reviews: { url: shop.reviews.url } } },
      headers: { toSubgraphs: [{ propagate: ['authorization'] }] },
      limits: { aliases: 100 },
      cache: {
        store: { redis: redis.url, timeout: '500ms' },
        response: { enabled: true },
        debugHeader: true,
        staleWhileRevalidate: '60s',
        staleIfError: '5m',
      },
    });
    [one, other] = [await startTestGateway(config), await startTestGateway(config)];
    await expect.poll(statesOf, soon).toEqual([true, true]);
    return async () => {
      await Promise.all([one.stop(), other.stop()]);
      await redis[Symbol.asyncDispose]();
    };
  });

  const stateOf = async ({ adminUrl }: TestGateway) => {
    const report = await (await fetch(`${adminUrl}/control/cache`)).json();
    return (report as { stores: { redis: { isUp: boolean } }[] }).stores[0]?.redis.isUp;
  };
  const statesOf = () => Promise.all([stateOf(one), stateOf(other)]);
  const see = async (gateway: TestGateway, text = query, headers: Record<string, string> = {}) => {
    const { data, headers: got } = await gateway.ask(text, undefined, { headers });
    return [got.get('x-cache'), data] as const;
  };
  const named = () => ({ top: ['1', '2'].map((upc) => ({ upc, name: shop.names.get(upc) })) });
  const purge = async ({ adminUrl }: TestGateway, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const sent = { method: 'POST', headers, body: JSON.stringify(body) };
    return await (await fetch(`${adminUrl}/control/cache/purge`, sent)).json();
  };
  const entriesInRedis = async () => (await redis.client.keys('*:entry:*')).length;
  const requests = () => shop.products.requests.length + shop.reviews.requests.length;

  it('are counted once in each level that is asked for them', async () => {
    const countsOf = async ({ adminUrl }: TestGateway) => {
      const { stores } = (await (await fetch(`${adminUrl}/control/cache`)).json()) as {
        readonly stores: readonly { readonly memory: object; readonly redis: object }[];
      };
      return [stores[0]?.memory, stores[0]?.redis];
    };
    expect(await see(one)).toEqual(['miss', named()]);
    await expect.poll(entriesInRedis).toBe(1);
    expect(await countsOf(one)).toMatchObject([
      { asked: 1, found: 0 },
      { asked: 1, found: 0 },
    ]);
    for (let turn = 0; turn < 4; turn += 1) expect(await see(other)).toEqual(['hit', named()]);
    expect(await countsOf(other)).toMatchObject([
      { asked: 4, found: 3 },
      { asked: 1, found: 1 },
    ]);
  });

  it('look into memory, then into Redis, and ask subgraphs for what is in neither', async () => {
    expect(await see(one)).toEqual(['miss', named()]);
    await expect.poll(entriesInRedis).toBe(1);
    const before = requests();
    expect(await see(other)).toEqual(['hit', named()]);
    // What came from Redis is in memory from now on.
    await redis.kill();
    expect(await see(other)).toEqual(['hit', named()]);
    expect(requests()).toBe(before);
  });

  it('keep what is private apart, and large answers compressed', async () => {
    const mine = '{ top(first: 1) { mine } }';
    const ada = { authorization: 'ada' };
    expect((await see(one, mine, ada))[0]).toBe('miss');
    expect((await see(one, large))[0]).toBe('miss');
    await expect.poll(entriesInRedis).toBe(2);
    expect((await see(other, mine, { authorization: 'bob' }))[0]).toBe('miss');
    expect((await see(other, mine, ada))[0]).toBe('hit');
    const [status, data] = await see(other, large);
    expect([status, Object.keys(Object(data?.['top'])[0])]).toEqual(['hit', expect.objectContaining({ length: 60 })]);
    const sizes = (await redis.client.keys('*:entry:*')).map((key) => redis.client.strlen(key));
    expect(Math.max(...(await Promise.all(sizes)))).toBeLessThan(1_500);
  });

  it('forget within a second what shows an entity that one of them changed, or was told to be changed', async () => {
    const third = '{ top(first: 3) { name } }';
    const first = '{ top(first: 1) { upc name } }';
    const all = [query, third, first];
    const statuses = async () => (await Promise.all(all.map((text) => see(other, text)))).map(([status]) => status);
    const fill = async () => {
      for (const text of all) await see(one, text);
      await expect.poll(entriesInRedis).toBe(3);
      expect(await statuses()).toEqual(['hit', 'hit', 'hit']);
    };
    await fill();
    await one.ask('mutation { rename(upc: "2", name: "renamed") { price } }');
    await expect.poll(async () => (await see(other))[1], second).toEqual(named());
    expect(await statuses()).toEqual(['hit', 'miss', 'hit']);
    await fill();
    shop.names.set('3', 'changed');
    expect(await purge(one, { entities: [{ type: 'Product', key: { upc: '3' } }] })).toEqual({ told: true });
    await expect
      .poll(async () => (await see(other, third))[1], second)
      .toMatchObject({ top: [{}, {}, { name: 'changed' }] });
    expect(await statuses()).toEqual(['hit', 'hit', 'hit']);
    await purge(other, { tags: ['product-2'] });
    await expect.poll(async () => (await see(one))[0], second).toBe('miss');
    expect((await see(one, first))[0]).toBe('hit');
  });

  it('have one of them ask anew for what is stale', async () => {
    await see(one);
    await expect.poll(entriesInRedis).toBe(1);
    await see(other);
    vi.setSystemTime(Date.now() + 70_000);
    const held = hold(shop.products.healthy);
    shop.products.behave(held.behaviour);
    const before = shop.products.requests.length;
    const askBoth = () => Promise.all([one, other, one, other].map((gateway) => see(gateway)));
    for (let turn = 0; turn < 3; turn++) {
      expect((await askBoth()).map(([status]) => status)).toEqual(['stale', 'stale', 'stale', 'stale']);
    }
    await shop.products.arrived(before + 1);
    held.release();
    await expect.poll(async () => (await askBoth()).map(([status]) => status), soon).toEqual(Array(4).fill('hit'));
    expect(shop.products.requests.length - before).toBe(1);
  });

  it('fail nobody while Redis is killed and started again under load, and agree again afterwards', {
    timeout: 60_000,
  }, async () => {
    const load = startLoad(6, async (index) => {
      const answer = await (index % 2 === 0 ? one : other).ask(query);
      return answer.status === 200 && answer.errors.length === 0;
    });
    await load.more(50);
    await redis.kill();
    await expect.poll(statesOf, soon).toEqual([false, false]);
    await load.more(50);
    shop.names.set('1', 'changed');
    expect(await purge(one, { entities: [{ type: 'Product', key: { upc: '1' } }] })).toEqual({ told: false });
    expect((await see(one))[1]).toEqual(named());
    await redis.start();
    await expect.poll(statesOf, soon).toEqual([true, true]);
    // The other one is told what it has missed.
    await expect.poll(async () => (await see(other))[1], second).toEqual(named());
    await load.more(50);
    const { answers, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(answers).not.toContain(false);
  });
});
