import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { RedisConnection } from '../../gateway/store/redis-connection.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { startLoad } from '../support/load.ts';
import { describeWithRedis } from '../support/redis.ts';
import { startSentinels, type TestSentinels } from '../support/redis-sentinels.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';

const soon = { timeout: 20_000, interval: 50 };

describeWithRedis('a Redis that sentinels look after', { timeout: 60_000 }, () => {
  let sentinels: TestSentinels;
  let service: ServedSubgraph;
  let ran = 0;
  const closing: (() => Promise<unknown> | unknown)[] = [];
  beforeAll(async () => {
    sentinels = await startSentinels();
    service = await serveSubgraph({
      name: 'app',
      sdl: 'type Query { twice(n: Int!): Int } type Mutation { run: Int }',
      resolvers: { Query: { twice: (_: unknown, { n }: { n: number }) => 2 * n }, Mutation: { run: () => ++ran } },
    });
  }, 60_000);
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });
  afterAll(async () => {
    await service.close();
    await sentinels[Symbol.asyncDispose]();
  });

  const place = (more: object = {}) => {
    const { addresses, name, password, sentinelPassword } = sentinels;
    return { sentinels: [...addresses], name, password, sentinelPassword, database: 0, tls: false, ...more };
  };

  /** Why a Redis cannot be used; nothing when it can. */
  const reasonOf = (redis: ReturnType<typeof place>) =>
    new Promise<string | undefined>((resolve) => {
      const connection = new RedisConnection({
        redis,
        cluster: false,
        timeoutMs: 5_000,
        probe: (client) => client.set('probe', ''),
        onDown: resolve,
        onUp: () => resolve(undefined),
      });
      closing.push(() => connection.close());
    });

  it.each<[string, object, RegExp]>([
    ['sentinels that refuse the password', { sentinelPassword: 'wrong' }, /WRONGPASS/],
    ['sentinels that want a password', { sentinelPassword: undefined }, /NOAUTH/],
    ['sentinels that know no such master', { name: 'other' }, /No such master with that name/],
    ['a master that refuses the password', { password: 'wrong' }, /WRONGPASS/],
    ['nobody where sentinels should be', { sentinels: ['127.0.0.1:1'] }, /127\.0\.0\.1:1/],
  ])('is told from %s', async (_what, more, reason) => {
    const said = await reasonOf(place(more));
    expect(said).toMatch(reason);
    expect(said).not.toContain('wrong');
  });

  it('is found by any sentinel that is there, in any of its databases', async () => {
    expect(await reasonOf(place({ sentinels: ['127.0.0.1:1', ...sentinels.addresses], database: 3 }))).toBeUndefined();
    expect(await sentinels.master.client.info('keyspace')).toContain('db3:keys=1');
  });

  it('is another server after the master was killed, and no request fails meanwhile', async () => {
    const redis = place();
    const gateway: TestGateway = await startTestGateway(
      toConfig({
        graph: { subgraphs: { app: { url: service.url } } },
        cache: { store: { redis }, response: { enabled: true }, defaultMaxAge: '1m' },
        rateLimit: { store: { redis }, rules: [{ per: 'gateway', limit: '1000000/s' }] },
        idempotency: { enabled: true, store: { redis, timeout: '2s' } },
      }),
    );
    closing.push(gateway.stop);
    const isUp = async () => {
      const { stores } = await (await fetch(`${gateway.adminUrl}/control/cache`)).json();
      return stores[0].redis.isUp;
    };
    const run = async (key: string) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': key };
      return (await gateway.ask('mutation { run }', {}, { headers })).data;
    };
    await expect.poll(isUp, soon).toBe(true);
    const { master, replica } = sentinels;
    const before = await run('before');
    // What only the master has when it is killed is lost.
    expect(await master.client.wait(1, 10_000)).toBe(1);

    const load = startLoad(8, async (n) => {
      const { data } = await gateway.ask('query ($n: Int!) { twice(n: $n) }', { n });
      await sleep(20);
      return data?.['twice'] === 2 * n;
    });
    closing.push(load.stop);
    await load.more(50);
    await master.kill();
    await expect.poll(async () => (await replica.client.role())[0], soon).toBe('master');
    await expect.poll(isUp, soon).toBe(true);
    const entries = async () => (await replica.client.keys('overlock:cache:entry:*')).length;
    const former = await entries();
    await load.more(50);
    await expect.poll(entries, soon).toBeGreaterThan(former);
    const { answers, failures } = await load.stop();
    expect([failures, answers.filter((isRight) => !isRight)]).toEqual([[], []]);
    const after = await run('after');
    expect([await run('before'), await run('after'), ran]).toEqual([before, after, 2]);
  });
});
