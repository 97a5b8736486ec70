import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type ControlRedisConfig, controlSection } from '../../../gateway/config/control.ts';
import { RedisRecordStore } from '../../../gateway/store/redis-record-store.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../../support/redis.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';

let redis: TestRedis;
const opened: RedisRecordStore[] = [];

function create(url: string, options: Record<string, unknown> = {}) {
  const { log, lines } = createRecordingLogger();
  const config = controlSection.parse({ store: { redis: url, ...options } }).store as ControlRedisConfig;
  const store = new RedisRecordStore({ config, now: Date.now, log });
  opened.push(store);
  const put = (id: string) => store.put({ kind: 'block', id, value: id, expiresAtMs: undefined });
  const levels = () => lines.map(({ level }) => level);
  return { store, put, lines, levels, ids: () => store.all('block').map(({ id }) => id) };
}

describeWithRedis('RedisRecordStore', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());
  afterEach(async () => {
    for (const store of opened.splice(0)) store.close();
    await redis.client.flushall();
  });

  it('keeps a kind in one hash, all of them in one slot, apart from those of other prefixes', async () => {
    const shop = create(redis.url, { prefix: 'shop' });
    await shop.store.open();
    await shop.put('a');
    await shop.store.put({ kind: 'apiKey', id: 'k', value: 1, expiresAtMs: undefined });
    expect((await redis.client.keys('*')).sort()).toEqual(['{shop}:control:api-keys', '{shop}:control:blocks']);
    expect(await redis.client.hget('{shop}:control:blocks', 'a')).toBe('{"id":"a","value":"a"}');
    const other = create(redis.url);
    await other.store.open();
    expect(other.ids()).toEqual([]);
  });

  it('removes what has ended from Redis, and leaves alone what is no record', async () => {
    const { store, put, ids, levels } = create(redis.url);
    await store.open();
    await put('a');
    const junk = { b: 'no JSON', c: '{"id":"other","value":1}', d: '[]' };
    await redis.client.hset('{overlock}:control:blocks', { ...junk, '#version': 'x' });
    await store.put({ kind: 'block', id: 'short', value: 1, expiresAtMs: Date.now() + 50 });
    await vi.waitFor(
      async () => expect(await redis.client.hexists('{overlock}:control:blocks', 'short')).toBe(0),
      2_000,
    );
    expect(ids()).toEqual(['a']);
    expect(await redis.client.hlen('{overlock}:control:blocks')).toBe(5);
    expect(new Set(levels())).toEqual(new Set(['warn']));
  });

  it('goes on with what it knew while Redis is away, refuses changes with a sentence, and reconnects by itself', async () => {
    await using proxy = await startTcpProxy(redis.port);
    const { store, put, ids, lines } = create(`redis://127.0.0.1:${proxy.port}`, { timeout: '500ms' });
    await store.open();
    await put('a');
    for (const kind of ['refuse', 'blackhole', 'reset'] as const) {
      await proxy.be({ kind });
      await expect(put('b'), kind).rejects.toThrow(/^The Redis of control\.store cannot be used\. What was known last/);
      expect(ids()).toEqual(['a']);
      await proxy.be({ kind: 'pass' });
      await vi.waitFor(() => put('a'), { timeout: 5_000, interval: 50 });
    }
    expect(lines.map(({ level, message }) => `${level} ${message.slice(0, 50)}`).slice(0, 2)).toEqual([
      'warn The Redis of control.store cannot be used; what wa',
      'info The Redis of control.store can be used again.',
    ]);
    await create(redis.url).put('other');
    await vi.waitFor(() => expect(ids()).toEqual(['a', 'other']), { timeout: 1_500 });
  });

  it('tells neither who asks nor the log the password that Redis refuses', async () => {
    const { store, lines } = create(redis.url.replace('//', '//:a-wrong-secret@'));
    await redis.client.config('SET', 'requirepass', 'another');
    const refusal: unknown = await store.open().catch((error: unknown) => error);
    await redis.client.config('SET', 'requirepass', '');
    expect(refusal).toBeInstanceOf(Error);
    expect(lines).toMatchObject([{ level: 'warn', fields: { reason: expect.stringMatching(/WRONGPASS|invalid/) } }]);
    expect(inspect([refusal, lines], { depth: 20 })).not.toContain('a-wrong-secret');
  });

  it('says that it cannot be read at first, tells nobody of anything, and reads it as soon as it can be', async () => {
    await create(redis.url).put('a');
    await using proxy = await startTcpProxy(redis.port);
    await proxy.be({ kind: 'refuse' });
    const { store, ids } = create(`redis://127.0.0.1:${proxy.port}`);
    const told = vi.fn();
    store.follow('block', told);
    await expect(store.open()).rejects.toThrow('The Redis of control.store cannot be used.');
    expect([ids(), told.mock.calls]).toEqual([[], []]);
    await proxy.be({ kind: 'pass' });
    await vi.waitFor(() => expect(ids()).toEqual(['a']), { timeout: 5_000 });
    expect(told).toHaveBeenCalledOnce();
  });

  it('writes again what a Redis has lost that kept nothing, once for all gateways', async () => {
    const [one, other] = [create(redis.url), create(redis.url)];
    for (const { store } of [one, other]) await store.open();
    await one.put('a');
    await one.put('b');
    await one.store.remove('block', 'b');
    await vi.waitFor(() => expect(other.ids()).toEqual(['a']), { timeout: 1_000 });
    await redis.kill();
    await redis.start();
    await vi.waitFor(async () => expect(await redis.client.hkeys('{overlock}:control:blocks')).toContain('a'), 5_000);
    await vi.waitFor(() => other.put('c'), { timeout: 5_000, interval: 50 });
    await vi.waitFor(
      () =>
        expect([one.ids(), other.ids()]).toEqual([
          ['a', 'c'],
          ['a', 'c'],
        ]),
      { timeout: 2_000 },
    );
    const restored = [one, other].flatMap(({ lines }) => lines.filter(({ message }) => message.includes('had lost')));
    expect(restored).toHaveLength(1);
  });

  it('finds its keys in a cluster', async () => {
    const config = join(tmpdir(), `overlock-${process.pid}-records.conf`);
    await using node = await startRedis(
      ...['--cluster-enabled', 'yes', '--cluster-config-file', config],
      ...['--cluster-announce-ip', '127.0.0.1'],
    );
    await node.client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await vi.waitFor(
      async () => expect(await node.client.call('CLUSTER', 'INFO')).toContain('cluster_state:ok'),
      10_000,
    );
    const { store, put, ids, lines } = create(node.url, { cluster: true });
    await store.open();
    await put('a');
    expect([ids(), lines]).toEqual([['a'], []]);
    await rm(config);
  });
});
