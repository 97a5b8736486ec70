import { describe, expect, it } from 'vitest';
import { rateLimitSection } from '../../../gateway/config/rate-limit.ts';

/** Path and message of each problem. */
function problemsOf(section: unknown): readonly string[] {
  const { error } = rateLimitSection.safeParse(section);
  return error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];
}

describe('rateLimit', () => {
  it('limits nothing by default, in memory', () => {
    expect(rateLimitSection.parse(undefined)).toEqual({ store: 'memory', memoryBuckets: 100_000, rules: [] });
  });

  it('takes rates in every period, and names each rule after what it says', () => {
    const { rules } = rateLimitSection.parse({
      rules: [
        { per: 'client', limit: '5/s' },
        { per: 'client', limit: '100/min', tier: 'free', anonymous: false },
        { per: 'ip', limit: '1000/hour', fields: 'Mutation.login' },
        { per: 'client', limit: '100000/day', unit: 'cost', burst: 5 },
        { per: 'gateway', limit: '1000000/month', name: 'all' },
        { per: 'client', quota: '100000/day', timezone: 'Europe/Berlin' },
        { per: 'client', quota: '3000000/month', unit: 'cost' },
        { per: 'ip', concurrency: 50 },
      ],
    });
    expect(rules.map(({ name, limit }) => [name, limit?.amount, limit?.periodMs])).toEqual([
      ['client/s', 5, 1_000],
      ['client identified free/min', 100, 60_000],
      ['ip Mutation.login/hour', 1_000, 3_600_000],
      ['client cost/day', 100_000, 86_400_000],
      ['all', 1_000_000, 30 * 86_400_000],
      ['client quota/day', undefined, undefined],
      ['client cost quota/month', undefined, undefined],
      ['ip concurrency', undefined, undefined],
    ]);
    expect(rules.flatMap(({ quota, timezone }) => (quota === undefined ? [] : [{ ...quota, timezone }]))).toEqual([
      { amount: 100_000, period: 'day', timezone: 'Europe/Berlin' },
      { amount: 3_000_000, period: 'month', timezone: undefined },
    ]);
  });

  it('has its defaults for Redis', () => {
    expect(rateLimitSection.parse({ store: { redis: 'rediss://user:secret@redis.test:6380/1' } }).store).toEqual({
      redis: 'rediss://user:secret@redis.test:6380/1',
      cluster: false,
      timeout: 50,
      onError: 'local',
      localShare: 1,
      prefix: 'overlock',
    });
  });

  const rule = { per: 'client', limit: '5/min' };
  const rate = 'must be a rate such as 5/s, 100/min, 1000/hour, 100000/day or 1000000/month';
  const oneOf = 'rules.0 needs one of limit, quota and concurrency';
  const quota = 'must be a quota such as 100000/day or 3000000/month';
  it.each([
    ['no rate', { rules: [{ ...rule, limit: '5/fortnight' }] }, [`rules.0.limit ${rate}`]],
    ['a rate of nothing', { rules: [{ ...rule, limit: '0/min' }] }, [`rules.0.limit ${rate}`]],
    ['nothing to limit', { rules: [{ per: 'client' }] }, [oneOf]],
    ['two at once', { rules: [{ ...rule, concurrency: 5 }] }, [oneOf]],
    ['a limit that is a quota', { rules: [{ ...rule, quota: '5/day' }] }, [oneOf]],
    ['a quota of an hour', { rules: [{ per: 'ip', quota: '5/hour' }] }, [`rules.0.quota ${quota}`]],
    ['a burst of a quota', { rules: [{ per: 'ip', quota: '5/day', burst: 2 }] }, ['rules.0.burst is only for a limit']],
    ['a time zone of a limit', { rules: [{ ...rule, timezone: 'UTC' }] }, ['rules.0.timezone is only for a quota']],
    [
      'a time zone that is none',
      { rules: [{ per: 'ip', quota: '5/day', timezone: 'Europe/Atlantis' }] },
      ['rules.0.timezone must be a time zone such as UTC or Europe/Berlin'],
    ],
    [
      'a type',
      { rules: [{ ...rule, fields: 'User' }] },
      ['rules.0.fields must be a field such as Mutation.login, Query.admin* or *.email'],
    ],
    ['a number of fields', { rules: [{ ...rule, fields: 5 }] }, ['rules.0.fields must be a field or a list of fields']],
    ['another store', { store: 'disk' }, ['store must be memory, or a mapping with the URL of a redis']],
    [
      'no Redis',
      { store: { redis: 'http://redis.test' } },
      ['store.redis must be a redis:// or rediss:// URL, or a mapping with sentinels and name'],
    ],
    [
      'a name of two lines',
      { rules: [{ ...rule, name: 'a\nb' }] },
      ['rules.0.name must be at most 64 printable ASCII characters'],
    ],
    [
      'two rules of one name',
      { rules: [rule, { ...rule, limit: '9/min' }] },
      ['rules must not have two rules for the same thing: give one of them another name'],
    ],
  ])('refuses %s', (_name, section, problems) => {
    expect(problemsOf(section)).toEqual(problems);
  });
});
