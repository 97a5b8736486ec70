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
        { per: 'ip', concurrency: 50 },
      ],
    });
    expect(rules.map(({ name, limit }) => [name, limit?.amount, limit?.periodMs])).toEqual([
      ['client/s', 5, 1_000],
      ['client identified free/min', 100, 60_000],
      ['ip Mutation.login/hour', 1_000, 3_600_000],
      ['client cost/day', 100_000, 86_400_000],
      ['all', 1_000_000, 30 * 86_400_000],
      ['ip concurrency', undefined, undefined],
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
  it.each([
    ['no rate', { rules: [{ ...rule, limit: '5/fortnight' }] }, [`rules.0.limit ${rate}`]],
    ['a rate of nothing', { rules: [{ ...rule, limit: '0/min' }] }, [`rules.0.limit ${rate}`]],
    ['nothing to limit', { rules: [{ per: 'client' }] }, ['rules.0 needs either limit or concurrency']],
    ['two at once', { rules: [{ ...rule, concurrency: 5 }] }, ['rules.0 needs either limit or concurrency']],
    [
      'a type',
      { rules: [{ ...rule, fields: 'User' }] },
      ['rules.0.fields must be a field such as Mutation.login, Query.admin* or *.email'],
    ],
    ['a number of fields', { rules: [{ ...rule, fields: 5 }] }, ['rules.0.fields must be a field or a list of fields']],
    ['another store', { store: 'disk' }, ['store must be memory, or a mapping with the URL of a redis']],
    ['no Redis', { store: { redis: 'http://redis.test' } }, ['store.redis must be a redis:// or rediss:// URL']],
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
