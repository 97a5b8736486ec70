import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { rateLimitSection } from '../../../gateway/config/rate-limit.ts';
import type { Debit, Limit } from '../../../gateway/store/bucket.ts';
import { createLimitStore } from '../../../gateway/store/create-limit-store.ts';
import type { LimitStore, Taken } from '../../../gateway/store/limit-store.ts';
import { createRecordingLogger, type LogLine } from '../../support/recording-logger.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../../support/redis.ts';
import { type ProxyMode, startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

/** Leaks too slowly for any test to notice. */
const slow = (burst: number, name = `slow ${burst}`): Limit => ({ name, amount: 1, periodMs: 3_600_000, burst });
const debit = (limit: Limit, subject = 'a', amount = 1): Debit => ({ limit, subject, amount });

/** For what must not fail because this machine is busy. */
const patient = { timeout: '5s' };

let redis: TestRedis;
const stores: LimitStore[] = [];

interface Opened {
  readonly store: LimitStore;
  readonly lines: readonly LogLine[];
}

function openStore(url: string, options: Record<string, unknown> = {}): Opened {
  const { log, lines } = createRecordingLogger();
  const config = rateLimitSection.parse({ store: { redis: url, ...options } });
  const store = createLimitStore({ config, now: () => performance.now(), log });
  stores.push(store);
  return { store, lines };
}

const isUp = ({ lines }: Opened) => lines.at(-1)?.level === 'info';

async function takeMany(count: number, take: (index: number) => Taken | Promise<Taken>): Promise<number> {
  const taken = await Promise.all(Array.from({ length: count }, (_, index) => take(index)));
  return taken.filter(({ kind }) => kind === 'taken').length;
}

describeWithRedis('RedisLimitStore', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());
  afterEach(async () => {
    for (const store of stores.splice(0)) store.close();
    await redis.client.flushall();
  });

  it('lets exactly 50 of 200 concurrent uses pass for two gateways', async () => {
    const gateways = [openStore(redis.url, patient), openStore(redis.url, patient)] as const;
    const debits = [debit(slow(50)), debit(slow(1_000), 'everybody')];
    expect(await takeMany(200, (index) => gateways[index % 2 === 0 ? 0 : 1].store.take(debits))).toBe(50);
    expect(await gateways[0].store.take([debit(slow(1_000), 'everybody', 950)])).toMatchObject({ kind: 'taken' });
    expect(await gateways[1].store.take([debit(slow(1_000), 'everybody')])).toMatchObject({ kind: 'refused' });
  });

  it('leaks by the clock of Redis, survives what others do to its keys, and clocks that jump', async () => {
    const { store } = openStore(redis.url, patient);
    const limit: Limit = { name: 'a', amount: 5, periodMs: 60_000, burst: 5 };
    const take = (amount: number) => store.take([debit(limit, 'a', amount)]);
    expect(await take(5)).toMatchObject({ kind: 'taken', states: [{ remaining: 0 }] });
    expect(await take(1)).toMatchObject({ kind: 'refused', states: [{ waitMs: expect.closeTo(12_000, -3) }] });
    const bucket = await longestLivedKey();
    // As if it were written at another time.
    const setAt = (used: number, offsetMs: number) => redis.client.set(bucket, `${used} ${Date.now() + offsetMs}`);

    await setAt(5, -12_500);
    expect((await take(1)).kind).toBe('taken');
    expect((await take(1)).kind).toBe('refused');
    await setAt(5, 3_600_000);
    expect((await take(1)).kind).toBe('refused');
    expect(Number((await redis.client.get(bucket))?.split(' ')[1])).toBeLessThan(Date.now() + 1_000);
    await redis.client.set(bucket, 'no level at all');
    expect(await take(1)).toMatchObject({ kind: 'taken', states: [{ remaining: 4 }] });
    await redis.client.del(bucket);
    expect(await take(5)).toMatchObject({ kind: 'taken', states: [{ remaining: 0 }] });
  });

  it('gives back and adds in Redis whatever the limit says', async () => {
    const { store } = openStore(redis.url, patient);
    const taken = await store.take([debit(slow(10), 'a', 6)]);
    if (taken.kind === 'taken') taken.correct([-4]);
    await vi.waitFor(async () => {
      expect(await store.take([debit(slow(10), 'a', 0)])).toMatchObject({ states: [{ remaining: 8 }] });
    });
  });

  it('keeps only digests in keys of one slot, and none for longer than it takes to leak', async () => {
    const { store } = openStore(redis.url, { ...patient, prefix: 'shop' });
    await store.take([debit(slow(5), 'mallory\r\nFLUSHALL\r\n'), debit(slow(7), 'x'.repeat(100_000))]);
    const keys = await redis.client.keys('*');
    expect(keys).toHaveLength(3);
    for (const key of keys) {
      expect(key).toMatch(/^\{shop\}:limit:[\w-]{43}$/);
      // Numbers are rounded up, twice.
      expect(await redis.client.pttl(key)).toBeLessThanOrEqual(3_600_002);
      expect(await redis.client.pttl(key)).toBeGreaterThan(0);
    }
  });

  it('sends one command for all limits, and its script again to a Redis that has forgotten it', async () => {
    const { store } = openStore(redis.url, patient);
    const debits = [debit(slow(50)), debit(slow(60)), debit(slow(70))];
    await store.take(debits);
    const before = await commandCount();
    for (let index = 0; index < 10; index++) await store.take(debits);
    // One of them is the question for the count.
    expect((await commandCount()) - before).toBe(11);
    await redis.client.script('FLUSH');
    expect(await takeMany(45, () => store.take(debits))).toBe(39);
  });

  it('finds the node of a cluster that has its keys', async () => {
    await using nodes = await startRedisCluster();
    const { url } = nodes.without;
    const opened = openStore(url, { cluster: true, ...patient });
    const debits = [debit(slow(9)), debit(slow(8)), debit(slow(7))];
    expect(await takeMany(20, () => opened.store.take(debits))).toBe(7);
    expect(opened.lines).toEqual([]);
    expect(await nodes.with.client.dbsize()).toBe(4);
  });
});

/** Two nodes, of which one has all keys. */
async function startRedisCluster() {
  const start = (name: string) =>
    startRedis(
      '--cluster-enabled',
      'yes',
      '--cluster-config-file',
      join(tmpdir(), `overlock-${process.pid}-${name}.conf`),
    );
  const [one, other] = await Promise.all([start('with'), start('without')]);
  await one.client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  await other.client.call('CLUSTER', 'MEET', '127.0.0.1', one.port);
  const infoOf = ({ client }: TestRedis) => client.call('CLUSTER', 'INFO');
  await vi.waitFor(
    async () => {
      for (const node of [one, other])
        expect(await infoOf(node)).toMatch(/cluster_state:ok[\s\S]*cluster_known_nodes:2/);
    },
    { timeout: 15_000, interval: 50 },
  );
  const stop = async () => {
    await Promise.all([one[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]);
    await Promise.all(['with', 'without'].map((name) => rm(join(tmpdir(), `overlock-${process.pid}-${name}.conf`))));
  };
  return { with: one, without: other, [Symbol.asyncDispose]: stop };
}

/** The key that is not of the probe. */
async function longestLivedKey(): Promise<string> {
  const keys = await redis.client.keys('*');
  const lives = await Promise.all(keys.map(async (key) => ({ key, ms: await redis.client.pttl(key) })));
  return lives.sort((a, b) => b.ms - a.ms)[0]?.key ?? '';
}

/** How often scripts and this question were run. */
async function commandCount(): Promise<number> {
  const stats = await redis.client.info('commandstats');
  const calls = [...stats.matchAll(/^cmdstat_(evalsha|eval|info):calls=(\d+)/gm)];
  return calls.reduce((sum, [, , count]) => sum + Number(count), 0);
}

/** Longer than the default, so that a busy machine is not taken for a fault. */
const timeoutMs = 150;

describeWithRedis('a Redis that fails', () => {
  let proxy: TcpProxy;
  let opened: Opened;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());
  beforeEach(async () => {
    proxy = await startTcpProxy(redis.port);
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) store.close();
    await proxy[Symbol.asyncDispose]();
    await redis.client.flushall();
  });

  const open = (options: Record<string, unknown> = { timeout: `${timeoutMs}ms` }) => {
    opened = openStore(`redis://127.0.0.1:${proxy.port}`, options);
    return opened.store;
  };
  const be = (mode: ProxyMode) => () => proxy.be(mode);
  const pass = be({ kind: 'pass' });

  const faults: readonly (readonly [name: string, begin: () => Promise<unknown>, end: () => Promise<unknown>])[] = [
    ['refuses connections', be({ kind: 'refuse' }), pass],
    ['resets connections', be({ kind: 'reset' }), pass],
    ['says nothing', be({ kind: 'blackhole' }), pass],
    ['answers late', be({ kind: 'delay', ms: 4 * timeoutMs }), pass],
    ['is loading', be({ kind: 'answer', text: '-LOADING Redis is loading the dataset in memory\r\n' }), pass],
    ['answers nonsense', be({ kind: 'answer', text: '+OK\r\n' }), pass],
    ['answers no Redis', be({ kind: 'answer', text: 'HTTP/1.1 400 Bad Request\r\n\r\n' }), pass],
    ['is a replica', () => redis.client.replicaof('127.0.0.1', '1'), () => redis.client.replicaof('NO', 'ONE')],
    [
      'has no memory',
      () => redis.client.config('SET', 'maxmemory', '1'),
      () => redis.client.config('SET', 'maxmemory', '0'),
    ],
    [
      'wants a password',
      async () => {
        await redis.client.config('SET', 'requirepass', 'secret');
        await proxy.be({ kind: 'reset' });
        await proxy.be({ kind: 'pass' });
      },
      () => redis.client.config('SET', 'requirepass', ''),
    ],
    ['was killed', () => redis.kill(), () => redis.start()],
  ];

  it.each(faults)(
    '%s: no use waits longer than its timeout, the limit holds in each gateway, and it is used again within 5 s',
    async (_name, begin, end) => {
      const store = open();
      expect((await store.take([debit(slow(30))])).kind).toBe('taken');
      await begin();
      const waits: number[] = [];
      const takeTimed = async () => {
        const start = performance.now();
        const taken = await store.take([debit(slow(5, 'during'))]);
        waits.push(performance.now() - start);
        return taken;
      };
      const passed = await takeMany(20, takeTimed);
      for (let index = 0; index < 20; index++) await takeTimed();
      expect(passed).toBe(5);
      expect(Math.max(...waits)).toBeLessThan(2 * timeoutMs);
      expect(waits.filter((ms) => ms > timeoutMs / 2).length, 'only those in flight wait').toBeLessThanOrEqual(20);
      const warnings = opened.lines.filter(({ level }) => level === 'warn');
      expect(warnings).toEqual([
        { level: 'warn', message: expect.any(String), fields: { onError: 'local', reason: expect.any(String) } },
      ]);
      expect(JSON.stringify(warnings)).not.toContain('secret');

      await end();
      const ended = performance.now();
      await vi.waitFor(() => expect(isUp(opened)).toBe(true), { timeout: 5_000, interval: 20 });
      expect(performance.now() - ended).toBeLessThan(5_000);
      expect(await takeMany(20, () => store.take([debit(slow(7, 'after'))]))).toBe(7);
      // It was Redis that counted: another gateway finds nothing left.
      expect((await openStore(redis.url, patient).store.take([debit(slow(7, 'after'))])).kind).toBe('refused');
    },
  );

  it('is not taken for well again while it answers late', async () => {
    const store = open();
    await store.take([debit(slow(5))]);
    await proxy.be({ kind: 'delay', ms: 4 * timeoutMs });
    await store.take([debit(slow(5))]);
    await vi.waitFor(() => expect(proxy.connections()).toBeGreaterThanOrEqual(4), { timeout: 10_000 });
    expect(opened.lines.map(({ level }) => level)).toEqual(['warn']);
  });

  it('allows, denies or gives out a share, as configured', async () => {
    await proxy.be({ kind: 'refuse' });
    expect(await open({ onError: 'allow' }).take([debit(slow(5))])).toEqual({ kind: 'unknown', allowed: true });
    expect(await open({ onError: 'deny' }).take([debit(slow(5))])).toEqual({ kind: 'unknown', allowed: false });
    const store = open({ onError: 'local', localShare: '25%' });
    expect(await takeMany(50, () => store.take([debit(slow(40))]))).toBe(10);
  });

  it('counts in Redis from the first use on, when Redis answers in time', async () => {
    const stores = [open(patient), open(patient)] as const;
    expect(await takeMany(40, (index) => stores[index % 2 === 0 ? 0 : 1].take([debit(slow(10))]))).toBe(10);
  });

  it('takes replies that came while this process was busy', async () => {
    opened = openStore(redis.url);
    const { store } = opened;
    await store.take([debit(slow(5))]);
    const taking = store.take([debit(slow(5))]);
    await new Promise((resolve) => setImmediate(resolve));
    const end = performance.now() + 120;
    while (performance.now() < end);
    expect(await taking).toMatchObject({ kind: 'taken', states: [{ remaining: 3 }] });
    expect(opened.lines).toEqual([]);
  });

  it('is left alone once the store is closed', async () => {
    await proxy.be({ kind: 'refuse' });
    const store = open();
    await store.take([debit(slow(5))]);
    store.close();
    await proxy.be({ kind: 'pass' });
    expect((await store.take([debit(slow(5))])).kind).toBe('taken');
    expect(opened.lines.filter(({ level }) => level === 'info')).toEqual([]);
  });
});
