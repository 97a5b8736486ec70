import { describe, expect, it } from 'vitest';
import { telemetrySection } from '../../../gateway/config/telemetry.ts';
import { createMetering } from '../../../gateway/usage/create-metering.ts';
import { mergeMetered } from '../../../gateway/usage/merge-metered.ts';
import { Meter, type MeteredRequest, type MeteredTime } from '../../../gateway/usage/meter.ts';
import { durationBucketOf } from '../../../schema/feed/duration-bucket.ts';
import { toRequestFacts } from '../../support/request-facts.ts';

const minute = 60_000;
const request = (names: Partial<MeteredRequest['names']> = {}): MeteredRequest => ({
  names: { operation: 'a', client: 'web', tier: '', identity: 'ada', country: 'DE', ...names },
  ...{ hasErrors: false, durationMs: 10, cost: 2, bytes: 100, quota: 0 },
});
const requestsOf = ({ groups }: MeteredTime, by: string) =>
  Object.fromEntries(groups.filter((group) => group.by === by).map(({ name, requests }) => [name, requests]));

describe('the meter', () => {
  it('counts each request once by each dimension', () => {
    let now = 0;
    const meter = new Meter(() => now);
    meter.add(request());
    meter.add({ ...request({ client: 'ios', identity: 'bob' }), hasErrors: true, durationMs: 20, quota: 0.5 });
    now = 7_000;
    const taken = meter.take();
    expect(taken).toMatchObject({ sinceMs: 0, untilMs: 7_000 });
    expect(taken.groups.find(({ by }) => by === 'operation')).toEqual({
      ...{ by: 'operation', name: 'a', requests: 2, errors: 1, cost: 4, bytes: 200, quota: 0.5 },
      durations: { [durationBucketOf(10)]: 1, [durationBucketOf(20)]: 1 },
    });
    expect(['client', 'identity', 'tier', 'country'].map((by) => requestsOf(taken, by))).toEqual([
      { web: 1, ios: 1 },
      { ada: 1, bob: 1 },
      { '': 2 },
      { DE: 2 },
    ]);
    expect(meter.take().groups).toEqual([]);
  });

  it('keeps the last hour, taken or not, and tells no more names apart than it may', () => {
    for (const isTaken of [false, true]) {
      let now = 0;
      const meter = new Meter(() => now);
      const leave = isTaken ? meter.addTaker() : undefined;
      for (; now < 120 * minute; now += minute) {
        meter.add(request());
        if (isTaken) expect(requestsOf(meter.take(), 'client')).toEqual({ web: 1 });
      }
      const { web = 0 } = requestsOf(meter.recent(), 'client');
      expect(web).toBeGreaterThanOrEqual(55);
      expect(web).toBeLessThanOrEqual(66);
      leave?.();
      now += 61 * minute;
      meter.add(request({ client: 'late' }));
      now += 61 * minute;
      meter.add(request({ client: 'later' }));
      expect(requestsOf(meter.recent(), 'client')).toMatchObject({ later: 1 });
      for (let index = 0; index < 100_000; index += 1)
        meter.add(request({ client: `c${index}`, identity: `i${index}` }));
      expect(requestsOf(meter.recent(), 'client')['other']).toBe(99_501);
      expect(meter.recent().groups.length).toBeLessThan(3_000);
    }
  });

  it('is merged with those of other processes', () => {
    const meters = [1_000, 2_000].map((now) => new Meter(() => now));
    for (const meter of meters) meter.add(request());
    const merged = mergeMetered(
      meters.map((meter) => meter.recent()),
      9_000,
    );
    expect(merged).toMatchObject({ sinceMs: 1_000, untilMs: 9_000 });
    expect(requestsOf(merged, 'client')).toEqual({ web: 2 });
  });

  it.each([
    ['hashed', expect.stringMatching(/^[0-9a-f]{16}$/), 'anonymous'],
    ['subject', 'ada', 'anonymous'],
    [false, '', ''],
  ] as const)('calls identities as the configuration has it: %s', (identity, name, anonymous) => {
    const names: string[] = [];
    const { usage } = telemetrySection.parse({ usage: { identity } });
    const count = createMetering({ add: (one) => names.push(one.names.identity) }, usage);
    count(toRequestFacts({ identity: { kind: 'jwt', key: 'jwt:issuer:ada', subject: 'ada', tier: undefined } }));
    count(toRequestFacts());
    count(toRequestFacts({ identity: undefined }));
    expect(names).toEqual([name, anonymous, '']);
  });
});
