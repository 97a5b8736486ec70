import { afterEach, describe, expect, it } from 'vitest';
import { rateLimitSection } from '../../../../gateway/config/rate-limit.ts';
import { SharedLimits } from '../../../../gateway/policy/rate-limit/shared-limits.ts';
import type { LimitStore } from '../../../../gateway/store/limit-store.ts';
import { toLimit } from '../../../../gateway/store/to-limit.ts';
import { noTelemetry } from '../../../../gateway/telemetry/no-telemetry.ts';
import { describeWithRedis, startRedis } from '../../../support/redis.ts';

const opened: LimitStore[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});

type Section = Readonly<Record<string, unknown>>;

/** What a configuration with this section counts. */
function start(limits: SharedLimits, section: Section) {
  const config = rateLimitSection.parse(section);
  const store = limits.lease(config, noTelemetry);
  opened.push(store);
  const counted = config.rules.map(toLimit).filter((limit) => limit !== undefined);
  /** Uses of each of its rules, as many as pass. */
  const passing = async () => {
    const passed: number[] = [];
    for (const limit of counted) {
      let count = 0;
      while ((await store.take([{ limit, subject: 'a', amount: 1 }])).kind === 'taken') count++;
      passed.push(count);
    }
    return passed;
  };
  return { store, passing, list: async () => (await store.list(counted, '')).uses.length };
}

const slow = { per: 'client', limit: '5/month' };
const quota = { per: 'client', quota: '7/month' };

describe('what was counted in memory', () => {
  it('goes on in the next configuration, but for rules that are changed', async () => {
    const limits = new SharedLimits();
    const first = start(limits, { rules: [slow, quota] });
    expect(await first.passing()).toEqual([5, 7]);
    const second = start(limits, { rules: [{ ...slow, limit: '6/month' }, { per: 'ip', limit: '2/day' }, quota] });
    first.store.close();
    expect(await second.passing()).toEqual([6, 2, 0]);
    const third = start(limits, {
      rules: [
        { ...slow, limit: '6/month' },
        { ...quota, quota: '9/month' },
      ],
    });
    second.store.close();
    expect(await third.passing()).toEqual([0, 2]);
  });

  it('is forgotten with the last configuration that has the rule, and with the store', async () => {
    const limits = new SharedLimits();
    const first = start(limits, { rules: [slow] });
    await first.passing();
    const second = start(limits, { rules: [quota] });
    first.store.close();
    first.store.close();
    await second.passing();
    const third = start(limits, { rules: [slow, quota] });
    second.store.close();
    expect(await third.list()).toBe(1);
    expect(await third.passing()).toEqual([5, 0]);
    const other = start(limits, { memoryBuckets: 10, rules: [slow, quota] });
    third.store.close();
    expect(await other.passing()).toEqual([5, 7]);
    other.store.close();
    expect(await start(limits, { memoryBuckets: 10, rules: [slow, quota] }).passing()).toEqual([5, 7]);
  });

  it('stays when the next configuration is given up', async () => {
    const limits = new SharedLimits();
    const running = start(limits, { rules: [slow] });
    await running.passing();
    start(limits, { rules: [slow] }).store.close();
    expect(await running.passing()).toEqual([0]);
  });
});

describeWithRedis('a connection to Redis', () => {
  it('is kept over configurations, and closed after the last of them', async () => {
    await using redis = await startRedis();
    const clients = async () => Number(/connected_clients:(\d+)/.exec(await redis.client.info('clients'))?.[1]);
    const limits = new SharedLimits();
    const section = { store: { redis: redis.url, timeout: '5s' }, rules: [quota] };
    const first = start(limits, section);
    expect(await first.passing()).toEqual([7]);
    expect(await clients()).toBe(2);
    const second = start(limits, section);
    first.store.close();
    expect(await second.passing()).toEqual([0]);
    expect(await clients()).toBe(2);
    second.store.close();
    await expect.poll(clients, { timeout: 5_000 }).toBe(1);
  });
});
