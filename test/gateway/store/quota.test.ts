import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rateLimitSection } from '../../../gateway/config/rate-limit.ts';
import type { Debit, Limit } from '../../../gateway/store/bucket.ts';
import { createLimitStore } from '../../../gateway/store/create-limit-store.ts';
import type { LimitStore, Use } from '../../../gateway/store/limit-store.ts';
import { MemoryLimitStore } from '../../../gateway/store/memory-limit-store.ts';
import { toLimit } from '../../../gateway/store/to-limit.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../../support/redis.ts';

const dayMs = 86_400_000;

/** What a store counts for a rule, as the file spells it. */
function limitOf(rule: Record<string, unknown>): Limit {
  const [parsed] = rateLimitSection.parse({ rules: [{ per: 'client', ...rule }] }).rules;
  const limit = parsed && toLimit(parsed);
  if (limit === undefined) throw new Error('not counted');
  return limit;
}

const daily = limitOf({ quota: '5/day' });
/** Where it is noon now, so that no day ends while Redis, whose clock nobody sets, is tried. */
const timezone = (() => {
  const ahead = 12 - new Date().getUTCHours();
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
})();
const debit = (limit: Limit, amount = 1, subject = 'a'): Debit => ({ limit, subject, amount });

async function takeAll(store: LimitStore, debits: readonly Debit[]): Promise<number> {
  let count = 0;
  while (count < 1_000 && (await store.take(debits)).kind === 'taken') count++;
  return count;
}

async function listAll(store: LimitStore, limits: readonly Limit[]): Promise<readonly Use[]> {
  const uses: Use[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page = await store.list(limits, cursor);
    uses.push(...page.uses);
    cursor = page.next;
  }
  return uses;
}

describe('a quota in memory', () => {
  function createStore(now: string, bucketsMax = 1_000) {
    const clock = { ms: 0, date: Date.parse(now) };
    return { clock, store: new MemoryLimitStore({ now: () => clock.ms, date: () => clock.date, bucketsMax }) };
  }

  it('is what may be used until its window ends, when all of it is there again at once', () => {
    const { clock, store } = createStore('2025-03-30T23:59:00Z');
    expect(store.take([debit(daily, 4)])).toMatchObject({
      states: [{ remaining: 1, emptyAfterMs: 60_000, waitMs: 0 }],
    });
    clock.date += 59_999;
    expect(store.take([debit(daily, 2)])).toEqual({
      kind: 'refused',
      states: [{ remaining: 1, emptyAfterMs: 1, waitMs: 1 }],
    });
    clock.date += 1;
    expect(store.take([debit(daily, 5)])).toMatchObject({
      kind: 'taken',
      states: [{ remaining: 0, emptyAfterMs: dayMs }],
    });
    clock.date += dayMs - 1;
    expect(store.take([debit(daily)]).kind).toBe('refused');
  });

  it('ends by the calendar of its time zone, months as long as they are', () => {
    const monthly = limitOf({ quota: '5/month', timezone: 'Europe/Berlin' });
    const { clock, store } = createStore('2025-03-30T00:00:00Z');
    expect(store.take([debit(monthly, 6)])).toMatchObject({ states: [{ waitMs: 46 * 3_600_000 }] });
    clock.date = Date.parse('2025-03-31T22:00:00Z');
    expect(store.take([debit(monthly, 5)])).toMatchObject({ states: [{ emptyAfterMs: 30 * dayMs }] });
  });

  it('is taken together with limits, all or none, and what an estimate was too much is given back', () => {
    const { clock, store } = createStore('2025-03-30T12:00:00Z');
    const rate = limitOf({ limit: '3/min' });
    const both = [debit(daily), debit(rate)];
    for (let index = 0; index < 9; index++) store.take(both);
    clock.ms += 60_000;
    const taken = store.take([debit(daily, 2), debit(rate)]);
    if (taken.kind !== 'taken') throw new Error('refused');
    expect(store.take(both).kind).toBe('refused');
    taken.correct([-1, 0]);
    expect(store.take(both)).toMatchObject({ kind: 'taken', states: [{ remaining: 0 }, { remaining: 1 }] });
  });

  it('gives nothing away to a clock that goes back, and lets nobody wait for one that was ahead', () => {
    const { clock, store } = createStore('2025-03-31T12:00:00Z');
    store.take([debit(daily, 5)]);
    clock.date -= dayMs;
    expect(store.take([debit(daily)]).kind).toBe('refused');
    clock.date += dayMs / 2;
    expect(store.take([debit(daily)]).kind).toBe('taken');
  });

  it('lists what is used of the limits that are asked for, in parts, and forgets what nobody counts any more', async () => {
    const { store } = createStore('2025-03-30T12:00:00Z', 10_000);
    const rate = limitOf({ limit: '9/min' });
    for (let index = 0; index < 700; index++) store.take([debit(daily, 1, `c${index}`), debit(rate, 2, `c${index}`)]);
    store.take([{ ...debit(daily, 3, 'secret key'), label: 'Ada' }, debit(rate, 0, 'idle')]);
    const uses = await listAll(store, [daily, rate]);
    expect(uses).toHaveLength(1_401);
    expect(uses.find(({ label }) => label === 'Ada')).toMatchObject({
      limit: daily,
      used: 3,
      state: { remaining: 2, emptyAfterMs: dayMs / 2 },
    });
    expect(await listAll(store, [])).toEqual([]);
    store.keepOnly(new Set([rate.name]));
    expect((await listAll(store, [daily, rate])).every(({ limit }) => limit === rate)).toBe(true);
  });
});

describe('what a rule is known by', () => {
  const names = (rules: readonly Record<string, unknown>[]) => new Set(rules.map((rule) => limitOf(rule).name)).size;

  it('is another when counts before would mean something else, and not when a quota is raised', () => {
    const rule = { name: 'x', quota: '5/day' };
    expect(names([rule, { ...rule, quota: '9/day' }, { ...rule, timezone: 'UTC' }])).toBe(1);
    const others = [{ quota: '5/month' }, { timezone: 'Asia/Tokyo' }, { unit: 'cost' }, { per: 'ip' }, { tier: 'a' }];
    expect(names([rule, ...others.map((other) => ({ ...rule, ...other }))])).toBe(6);
    const limit = { name: 'x', limit: '5/min' };
    expect(names([limit, { ...limit, burst: 5 }])).toBe(1);
    expect(names([limit, { ...limit, limit: '6/min' }, { ...limit, burst: 2 }, { ...limit, fields: 'A.b' }])).toBe(4);
  });
});

describeWithRedis('a quota in Redis', () => {
  const daily = limitOf({ quota: '5/day', timezone });
  let redis: TestRedis;
  const stores: LimitStore[] = [];
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());
  afterEach(async () => {
    for (const store of stores.splice(0)) store.close();
    await redis.client.flushall();
  });

  /** A gateway whose clock is so far ahead of that of Redis. */
  function open(aheadMs = 0, options: Record<string, unknown> = {}): LimitStore {
    const config = rateLimitSection.parse({ store: { redis: redis.url, timeout: '5s', ...options } });
    const date = () => Date.now() + aheadMs;
    const { log } = createRecordingLogger();
    const store = createLimitStore({ config, now: () => performance.now(), date, log });
    stores.push(store);
    return store;
  }

  const windowLeftMs = (limit: Limit) => (limit.calendar?.(Date.now()).endMs ?? 0) - Date.now();

  it('is one for all gateways, however wrong their clocks are, and outlives them', async () => {
    const limit = limitOf({ quota: '50/day', timezone });
    const gateways = [0, -dayMs, dayMs, 12 * 60_000, -12 * 60_000].map((ahead) => open(ahead));
    const debits = [debit(limit), debit(limitOf({ limit: '1000/min' }))];
    const taken = await Promise.all(
      Array.from({ length: 200 }, (_, index) => gateways[index % gateways.length]?.take(debits)),
    );
    expect(taken.filter((one) => one?.kind === 'taken')).toHaveLength(50);
    for (const store of stores.splice(0)) store.close();
    const refused = await open().take(debits);
    expect(refused).toMatchObject({ kind: 'refused', states: [{ remaining: 0 }, {}] });
    if (refused.kind === 'refused') {
      expect(Math.abs((refused.states[0]?.waitMs ?? 0) - windowLeftMs(limit))).toBeLessThan(5_000);
    }
  });

  it.each([0, -400 * dayMs, 400 * dayMs])(
    'ends with its window, and never later than two windows on, for a clock that is %i ms ahead',
    async (aheadMs) => {
      await open(aheadMs).take([debit(daily, 5)]);
      const lives = await Promise.all((await redis.client.keys('*:limit:*')).map((key) => redis.client.pttl(key)));
      const longest = Math.max(...lives);
      if (aheadMs === 0) expect(Math.abs(longest - windowLeftMs(daily))).toBeLessThan(5_000);
      expect(longest).toBeGreaterThan(0);
      expect(longest).toBeLessThanOrEqual(2 * dayMs);
      expect((await open().take([debit(daily)])).kind).toBe('refused');
    },
  );

  it('lists what is used in parts, by names of one line and of no length, and nothing of limits that are gone', async () => {
    const store = open(0, { prefix: 'shop' });
    const rate = limitOf({ limit: '1/hour', burst: 9 });
    const uses = Array.from({ length: 1_200 }, (_, index) => store.take([debit(daily, 2, `client ${index}`)]));
    await Promise.all(uses);
    await store.take([{ ...debit(rate, 3, 'x'), label: `Ada\r\nFLUSHALL ${'y'.repeat(10_000)}` }]);
    await store.take([debit(limitOf({ limit: '7/hour' }))]);
    await open(0, { prefix: 'other' }).take([debit(daily)]);
    await redis.client.set('{shop}:limit:foreign', 'no level');

    const first = await store.list([daily, rate], '');
    expect(first.uses.length).toBeLessThan(1_201);
    expect(first.next).toMatch(/^\d+$/);
    const listed = await listAll(store, [daily, rate]);
    expect(new Set(listed.map(({ label }) => label)).size).toBe(1_201);
    expect(listed.filter(({ limit }) => limit === daily).every(({ used }) => used === 2)).toBe(true);
    const ada = listed.find(({ limit }) => limit === rate);
    expect(ada?.label).toMatch(/^Ada\?\?FLUSHALL y{100,200}$/);
    expect(ada?.used).toBeCloseTo(3, 1);
    expect(await takeAll(store, [debit(daily, 1, 'client 0')])).toBe(3);
  });

  it('cannot be listed while Redis is gone', async () => {
    const store = open();
    await store.take([debit(daily)]);
    await redis.kill();
    await expect(async () => await store.list([daily], '')).rejects.toThrow();
    await redis.start();
  });
});
