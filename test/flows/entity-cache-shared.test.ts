import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { askAnew } from '../support/ask-anew.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { runOverlock, startGateway } from '../support/gateway-process.ts';
import { startLoad } from '../support/load.ts';
import { type NamedProducts, serveNamedProducts } from '../support/named-products.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const query = '{ top(first: 2) { upc name } }';

let shop: NamedProducts;
beforeAll(async () => {
  shop = await serveNamedProducts();
});
afterAll(() => shop.close());
beforeEach(() => shop.reset());

const subgraphs = () => ({ products: { url: shop.products.url }, reviews: { url: shop.reviews.url } });
const expected = () => ({ top: ['1', '2'].map((upc) => ({ upc, name: shop.names.get(upc) })) });
const purge = (adminUrl: string, body: unknown) =>
  fetch(`${adminUrl}/control/cache/purge`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describeWithRedis('two gateways that keep entities in one Redis', () => {
  let redis: TestRedis;
  let one: TestGateway;
  let other: TestGateway;
  beforeEach(async () => {
    redis = await startRedis();
    const cache = { store: { redis: redis.url, timeout: '200ms' }, entity: { enabled: true } };
    const config = toConfig({ graph: { subgraphs: subgraphs() }, cache });
    [one, other] = [await startTestGateway(config), await startTestGateway(config)];
    await expect.poll(async () => await statesOf(), { timeout: 5_000 }).toEqual([true, true]);
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
  const requests = () => shop.products.requests.length + shop.reviews.requests.length;

  it('one answers what the other has fetched, and both forget what one of them is told', async () => {
    expect((await one.ask(query)).data).toEqual(expected());
    await expect.poll(() => redis.client.keys('*:entry:*').then((keys) => keys.length)).toBe(3);
    const before = requests();
    expect((await other.ask(query)).data).toEqual(expected());
    expect(requests()).toBe(before);
    await one.ask('mutation { rename(upc: "1", name: "renamed") { upc } }');
    await expect.poll(async () => (await other.ask(query)).data, { timeout: 1_000 }).toEqual(expected());
    expect((await one.ask(query)).data).toEqual(expected());
    shop.names.set('2', 'changed');
    expect(await (await purge(other.adminUrl, { entities: [{ type: 'Product', key: { upc: '2' } }] })).json()).toEqual({
      told: true,
    });
    await expect.poll(async () => (await one.ask(query)).data, { timeout: 1_000 }).toEqual(expected());
  });

  it('fails nobody while Redis is killed and started again under load, and uses it again', {
    timeout: 60_000,
  }, async () => {
    const took: number[] = [];
    const load = startLoad(10, async (index) => {
      const startedAt = performance.now();
      const answer = await (index % 2 === 0 ? one : other).ask(query);
      took.push(performance.now() - startedAt);
      await sleep(20);
      return answer.status === 200 && answer.errors.length === 0;
    });
    await load.more(100);
    await redis.kill();
    await expect.poll(statesOf, { timeout: 5_000 }).toEqual([false, false]);
    await load.more(100);
    expect(await (await purge(one.adminUrl, { all: true })).json()).toEqual({ told: false });
    await load.more(50);
    await redis.start();
    await expect.poll(statesOf, { timeout: 5_000 }).toEqual([true, true]);
    await load.more(100);
    const { answers, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(answers).not.toContain(false);
    expect(Math.max(...took)).toBeLessThan(5_000);
    await purge(one.adminUrl, { all: true });
    await expect
      .poll(async () => {
        await Promise.all([one.ask(query), other.ask(query)]);
        return (await redis.client.keys('*:entry:*')).length;
      })
      .toBeGreaterThanOrEqual(3);
  });
});

describe('a gateway of two processes that keep entities in memory', () => {
  it('forgets in all of them what a mutation changed and what an operator takes away', {
    timeout: 60_000,
  }, async () => {
    const folder = await createTemporaryFolder();
    const sections = {
      listen: { port: 0, workers: 2 },
      admin: { port: 0 },
      graph: { subgraphs: subgraphs() },
      cache: { entity: { enabled: true } },
    };
    await folder.write('overlock.yaml', stringify(sections));
    const gateway = await startGateway([], { cwd: folder.path });
    const overlock = (...args: readonly string[]) =>
      runOverlock([...args, '--admin', gateway.adminUrl], { cwd: folder.path });
    try {
      const askBoth = async () =>
        (await Promise.all(Array.from({ length: 12 }, () => askAnew(gateway.url, query)))).map(({ body }) => body.data);
      const fresh = () => Array.from({ length: 12 }, expected);
      const inspect = async () => {
        const { stdout } = await overlock('cache', 'inspect', '--json');
        return (JSON.parse(stdout) as { stores: { entries: number }[] }).stores.map(({ entries }) => entries);
      };
      await expect
        .poll(
          async () => {
            await askBoth();
            return await inspect();
          },
          { timeout: 30_000 },
        )
        .toEqual([3, 3]);
      await askAnew(gateway.url, 'mutation { rename(upc: "1", name: "renamed") { upc } }');
      await expect.poll(askBoth, { timeout: 2_000 }).toEqual(fresh());
      shop.names.set('2', 'changed');
      expect(await askBoth()).not.toEqual(fresh());
      expect(await overlock('cache', 'purge', '--entity', 'Product:upc=2')).toMatchObject({
        code: 0,
        stderr: 'It is forgotten.\n',
      });
      await expect.poll(askBoth, { timeout: 1_000 }).toEqual(fresh());
    } finally {
      await gateway.end();
      await folder.remove();
    }
  });
});
