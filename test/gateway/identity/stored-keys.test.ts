import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type ControlRedisConfig, controlSection } from '../../../gateway/config/control.ts';
import type { ApiKey } from '../../../gateway/identity/api-keys/key-file.ts';
import { keyShape } from '../../../gateway/identity/api-keys/key-shape.ts';
import { createKeyText, digestOf } from '../../../gateway/identity/api-keys/key-text.ts';
import { RedisRecordStore } from '../../../gateway/store/redis-record-store.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../../support/redis.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { startMs } from './issuer.ts';
import { startIdentify, wordFor } from './start-identify.ts';

const id = '4f1c09a2b3d7';
const toValue = (text: string, more: Partial<ApiKey> = {}): ApiKey => ({
  id,
  client: 'shop',
  sha256: digestOf(text).toString('hex'),
  scopes: ['read'],
  createdAt: '2020-01-01T00:00:00Z',
  ...more,
});

let redis: TestRedis;
const opened: RedisRecordStore[] = [];

/** A gateway whose keys are in Redis, on the port that it reaches Redis at. */
function start(port = redis.port) {
  const config = controlSection.parse({ store: { redis: `redis://127.0.0.1:${port}` } }).store as ControlRedisConfig;
  const { log } = createRecordingLogger();
  const store = new RedisRecordStore({ config, now: Date.now, log });
  opened.push(store);
  const identify = startIdentify({ apiKeys: { store: true } }, { records: store });
  const put = async (value: unknown) => {
    const former = store.all('apiKey').find((record) => record.id === id);
    await store.put(keyShape.accept({ kind: 'apiKey', id, value, expiresAtMs: undefined }, former, startMs));
  };
  return Object.assign(identify, { store, put, askKey: (key: string) => identify.ask({ 'x-api-key': key }) });
}

describeWithRedis('an API key in the store', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());
  afterEach(async () => {
    for (const store of opened.splice(0)) store.close();
    await redis.client.flushall();
  });

  it('counts on every gateway within a second of its making, and no more within a second of its end', async () => {
    await using one = start();
    await using other = start();
    for (const { store } of [one, other]) await store.open();
    const key = createKeyText(id);
    expect(wordFor(await other.askKey(key))).toBe('UNAUTHENTICATED');
    await one.put(toValue(key));
    await vi.waitFor(async () => expect(wordFor(await other.askKey(key))).toBe('shop'), { timeout: 1_000 });
    expect(await other.askKey(key)).toMatchObject({ kind: 'apiKey', key: `apiKey:${id}`, scopes: new Set(['read']) });
    expect(JSON.stringify(await redis.client.hgetall('{overlock}:control:api-keys'))).not.toContain(key.slice(-43));
    await one.store.remove('apiKey', id);
    expect(wordFor(await one.askKey(key))).toBe('UNAUTHENTICATED');
    await vi.waitFor(async () => expect(wordFor(await other.askKey(key))).toBe('UNAUTHENTICATED'), { timeout: 1_000 });
  });

  it('keeps its former secret for a time of grace when it is rotated, whose digest nobody has to send', async () => {
    await using gateway = start();
    await gateway.store.open();
    const [key, next] = [createKeyText(id), createKeyText(id)];
    const graceEndsAt = new Date(startMs + 1_000).toISOString();
    const rotated = { ...toValue(next), former: { expiresAt: graceEndsAt } };
    await expect(gateway.put(rotated)).rejects.toThrow('There is no key of this id');
    await gateway.put(toValue(key));
    await gateway.put(rotated);
    const words = async () => [wordFor(await gateway.askKey(key)), wordFor(await gateway.askKey(next))];
    expect(await words()).toEqual(['shop', 'shop']);
    gateway.pass(1_000);
    expect(await words()).toEqual(['UNAUTHENTICATED', 'shop']);
  });

  it('goes on counting while the store is down, and cannot be verified where the store could never be read', async () => {
    const key = createKeyText(id);
    await using proxy = await startTcpProxy(redis.port);
    await using gateway = start(proxy.port);
    await gateway.store.open();
    await gateway.put(toValue(key));
    await proxy.be({ kind: 'refuse' });
    await using late = start(proxy.port);
    await expect(late.store.open()).rejects.toThrow();
    expect([wordFor(await gateway.askKey(key)), wordFor(await late.askKey(key))]).toEqual(['shop', 'OVERLOADED']);
    expect([await late.askKey('made up'), wordFor(await late.ask())]).toMatchObject([{ status: 503 }, 'anonymous']);
    await proxy.be({ kind: 'pass' });
    await vi.waitFor(async () => expect(wordFor(await late.askKey(key))).toBe('shop'), { timeout: 5_000 });
  });

  it('is not accepted when its record is damaged, and is never listed with a digest', async () => {
    await using gateway = start();
    await gateway.store.open();
    const key = createKeyText(id);
    await gateway.store.put({
      kind: 'apiKey',
      id,
      value: toValue(key, { id: 'aaaaaaaaaaaa' }),
      expiresAtMs: undefined,
    });
    expect(wordFor(await gateway.askKey(key))).toBe('UNAUTHENTICATED');
    const former = { sha256: 'a'.repeat(64), expiresAt: '2030-01-01T00:00:00Z' };
    expect(keyShape.show(toValue(key, { former }))).toEqual({
      id,
      client: 'shop',
      scopes: ['read'],
      createdAt: '2020-01-01T00:00:00Z',
      formerExpiresAt: '2030-01-01T00:00:00Z',
    });
    const bad = [undefined, 'key', { ...toValue(key), key }, toValue(key, { id: 'aaaaaaaaaaaa' })];
    for (const value of bad) await expect(gateway.put(value), JSON.stringify(value)).rejects.toThrow(/^An API key /);
  });
});
