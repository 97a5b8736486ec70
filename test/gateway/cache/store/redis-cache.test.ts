import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { NewCacheEntry } from '../../../../gateway/cache/store/cache-store.ts';
import { createCacheStore } from '../../../../gateway/cache/store/create-cache-store.ts';
import type { LevelledStore } from '../../../../gateway/cache/store/levelled-store.ts';
import { createRecordingLogger } from '../../../support/recording-logger.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../../../support/redis.ts';
import { startTcpProxy, type TcpProxy } from '../../../support/tcp-proxy.ts';

const timeoutMs = 200;
const isUp = (store: LevelledStore) => store.report().redis?.isUp;

describeWithRedis('a cache store with a Redis that gateways share', () => {
  let redis: TestRedis;
  let proxy: TcpProxy;
  let stores: LevelledStore[] = [];
  let prefixes = 0;
  let prefix = '';

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());
  beforeEach(async () => {
    proxy = await startTcpProxy(redis.port);
    prefix = `test${++prefixes}`;
    return async () => {
      for (const store of stores) store.close();
      stores = [];
      await proxy[Symbol.asyncDispose]();
    };
  });

  const open = async (port = proxy.port): Promise<LevelledStore> => {
    const config = { redis: `redis://127.0.0.1:${port}`, cluster: false, timeout: timeoutMs, prefix };
    const store = createCacheStore({
      config: { store: config, memoryBytes: 1_000_000 },
      log: createRecordingLogger().log,
      random: () => 0,
    });
    stores.push(store);
    await expect.poll(() => isUp(store), { timeout: 5_000 }).toBe(true);
    return store;
  };
  const entry = (store: LevelledStore, key: string, more: Partial<NewCacheEntry> = {}): NewCacheEntry => {
    const now = Date.now();
    const times = {
      storedAtMs: now,
      freshUntilMs: now + 60_000,
      staleUntilMs: now + 60_000,
      errorUntilMs: now + 60_000,
    };
    return { key, text: `"${key}"`, ...times, tags: [`tag:${key}`], mark: store.mark, ...more };
  };
  const textsOf = async (store: LevelledStore, ...keys: readonly string[]) =>
    (await store.getMany(keys)).map((found) => found?.text);
  const inRedis = async (key: string) => await redis.client.exists(`${prefix}:cache:entry:${key}`);

  it('gives another gateway what one has stored, in one round trip, large ones compressed', async () => {
    const [one, other] = [await open(), await open()];
    const text = JSON.stringify('a long text '.repeat(1_000));
    one.setMany([entry(one, 'a', { note: 'n' }), entry(one, 'b', { text })]);
    await expect.poll(() => inRedis('b')).toBe(1);
    expect(await redis.client.strlen(`${prefix}:cache:entry:b`)).toBeLessThan(1_000);
    const calls = async () => /cmdstat_mget:calls=(\d+)/.exec(await redis.client.info('commandstats'))?.[1];
    const before = Number((await calls()) ?? 0);
    expect(await textsOf(other, 'a', 'b', 'c')).toEqual(['"a"', text, undefined]);
    expect(Number(await calls()) - before).toBe(1);
    // What came from Redis is in memory from now on.
    const again = other.getMany(['a', 'b']);
    expect(again).not.toBeInstanceOf(Promise);
    expect(await again).toMatchObject([{ note: 'n', tags: ['tag:a'] }, { text }]);
  });

  it('asks only for answers that are not fresh in memory under any key, and counts each once in each level', async () => {
    const [one, other] = [await open(), await open()];
    one.setMany([entry(one, 'a'), entry(one, 'b'), entry(one, 'c')]);
    await expect.poll(() => inRedis('c')).toBe(1);
    const asked = [
      ['a', 'x', 'y', 'z', 'b', 'c'],
      [0, 0, 1, 1, 2, 2],
    ] as const;
    const [a, x, y, z, b, c] = await other.getMany(...asked);
    expect([a, b, c].map((found) => found?.text)).toEqual(['"a"', '"b"', '"c"']);
    expect([x, y, z]).toEqual([undefined, undefined, undefined]);
    expect(other.report()).toMatchObject({ memory: { asked: 3, found: 0 }, redis: { asked: 3, found: 2 } });
    await other.getMany(...asked);
    expect(other.report()).toMatchObject({ memory: { asked: 6, found: 2 }, redis: { asked: 4, found: 2 } });
    expect(other.getMany(['x', 'a'], [0, 0])).not.toBeInstanceOf(Promise);
  });

  it('tells all gateways within a second what is invalid, and keeps what was fetched since', async () => {
    const [one, other] = [await open(), await open()];
    one.setMany([entry(one, 'a'), entry(one, 'b')]);
    await expect.poll(() => textsOf(other, 'a', 'b')).toEqual(['"a"', '"b"']);
    const fetchedBefore = entry(other, 'a', { text: '"old"' });
    expect(await one.invalidate(['tag:a'])).toBe(true);
    expect(await textsOf(one, 'a', 'b')).toEqual([undefined, '"b"']);
    await expect.poll(() => textsOf(other, 'a'), { timeout: 1_000, interval: 10 }).toEqual([undefined]);
    other.setMany([fetchedBefore]);
    expect(await textsOf(other, 'a', 'b')).toEqual([undefined, '"b"']);
    other.setMany([entry(other, 'a', { text: '"new"' })]);
    await expect.poll(() => textsOf(one, 'a')).toEqual(['"new"']);
    // One that comes later knows of it as well.
    one.setMany([fetchedBefore]);
    await redis.client.set(`${prefix}:cache:entry:a`, (await redis.client.getBuffer(`${prefix}:cache:entry:a`)) ?? '');
    expect(await textsOf(await open(), 'a')).toEqual(['"new"']);
  });

  it('has one gateway fetch anew what is stale, until it is there or given back', async () => {
    const [one, other] = [await open(), await open()];
    expect(await one.claimMany(['a', 'b'])).toEqual([true, true]);
    expect(await one.claimMany(['a'])).toEqual([false]);
    expect(await other.claimMany(['a', 'c'])).toEqual([false, true]);
    one.setMany([entry(one, 'a')]);
    one.release(['b']);
    await expect.poll(async () => await other.claimMany(['a'])).toEqual([true]);
    await expect.poll(async () => await other.claimMany(['b'])).toEqual([true]);
  });

  const faults: readonly (readonly [string, () => Promise<unknown>, () => Promise<unknown>])[] = [
    ['refuses', () => proxy.be({ kind: 'refuse' }), () => proxy.be({ kind: 'pass' })],
    ['says nothing', () => proxy.be({ kind: 'blackhole' }), () => proxy.be({ kind: 'pass' })],
    ['answers late', () => proxy.be({ kind: 'delay', ms: 3 * timeoutMs }), () => proxy.be({ kind: 'pass' })],
    ['is killed and has lost everything', () => redis.kill(), () => redis.start()],
  ];
  it.each(faults)(
    'goes on from memory while Redis %s, and tells it what became invalid meanwhile',
    { timeout: 20_000 },
    async (_name, begin, end) => {
      const [one, other] = [await open(), await open(redis.port)];
      one.setMany([entry(one, 'a'), entry(one, 'b')]);
      await expect.poll(() => textsOf(other, 'a', 'b')).toEqual(['"a"', '"b"']);
      await begin();
      const askedAt = performance.now();
      expect(await textsOf(one, 'b', 'unknown')).toEqual(['"b"', undefined]);
      expect(performance.now() - askedAt).toBeLessThan(timeoutMs + 500);
      await expect.poll(() => isUp(one)).toBe(false);
      const laterAt = performance.now();
      expect(await textsOf(one, 'b', 'unknown')).toEqual(['"b"', undefined]);
      expect(await one.claimMany(['b'])).toEqual([true]);
      expect(await one.invalidate(['tag:a'])).toBe(false);
      expect(performance.now() - laterAt).toBeLessThan(timeoutMs);
      one.setMany([entry(one, 'c')]);
      expect(await textsOf(one, 'a', 'c')).toEqual([undefined, '"c"']);
      await end();
      await expect.poll(() => isUp(one) && isUp(other), { timeout: 5_000 }).toBe(true);
      await expect.poll(() => textsOf(other, 'a'), { timeout: 1_000 }).toEqual([undefined]);
      one.setMany([entry(one, 'd')]);
      await expect.poll(() => textsOf(other, 'd', 'b')).toEqual(['"d"', '"b"']);
    },
  );

  it('says again to a Redis that was flushed what others may not have heard', async () => {
    const one = await open();
    one.setMany([entry(one, 'a')]);
    await one.invalidate(['tag:a']);
    await redis.client.flushall();
    await expect
      .poll(() => redis.client.zrange(`{${prefix}}:cache:invalid`, '0', '-1'), { timeout: 2_000 })
      .toEqual(['tag:a']);
  });

  it('does not take what it cannot read for an entry', async () => {
    const one = await open();
    const broken = ['', 'j', 'jnull\n1', 'j[1]\n1', 'j[1,2,3,4,5,null,"t"]\n1', 'zzzz', '\u0000'];
    await Promise.all(broken.map((value, index) => redis.client.set(`${prefix}:cache:entry:${String(index)}`, value)));
    expect(await textsOf(one, ...broken.map((_, index) => String(index)))).toEqual(broken.map(() => undefined));
    expect(isUp(one)).toBe(true);
  });
});
