import { Dispatcher } from 'undici';
import { describe, expect, it } from 'vitest';
import type { Balancer } from '../../../../gateway/transport/endpoints/balance/balancer.ts';
import { createBalancer } from '../../../../gateway/transport/endpoints/balance/create-balancer.ts';
import { EndpointState } from '../../../../gateway/transport/endpoints/endpoint-state.ts';
import { noteLatency } from '../../../../gateway/transport/endpoints/latency.ts';
import { found, seededRandom } from '../../../support/fake-endpoints.ts';

const slowStartMs = 1_000;
const calls = 6_000;
const endpointOf = (host: string, weight = 1) =>
  new EndpointState(found(host, { weight }), {
    dispatcher: new Dispatcher(),
    streams: new Dispatcher(),
    release: () => {},
  });
const create = (balance: Parameters<typeof createBalancer>[0]) =>
  createBalancer(balance, { slowStartMs, random: seededRandom() });

function shares(
  balancer: Balancer,
  among: readonly EndpointState[],
  nowMs = 0,
  affinityOf = (_call: number): string | undefined => undefined,
) {
  const counts = new Map<EndpointState | undefined, number>();
  for (let call = 0; call < calls; call += 1) {
    const chosen = balancer(among, affinityOf(call), nowMs);
    counts.set(chosen, (counts.get(chosen) ?? 0) + 1);
  }
  return among.map((endpoint) => Math.round(((counts.get(endpoint) ?? 0) / calls) * 100));
}

const all = ['peak-ewma', 'round-robin', 'weighted', 'least-in-flight', 'consistent-hash'] as const;

describe.each(all)('%s', (name) => {
  it('spreads calls over equal endpoints, and finds nothing among none', () => {
    const among = ['a', 'b', 'c', 'd'].map((host) => endpointOf(host));
    for (const share of shares(create(name), among, 0, (call) => `key ${call}`))
      expect(share).toSatisfy((part: number) => part > 21 && part < 29);
    expect(create(name)([], 'key', 0)).toBeUndefined();
  });

  it('gives one that starts slowly little at first, and its part at last', () => {
    const among = [endpointOf('a'), endpointOf('b')];
    // Where nothing is in flight, latency and number in flight say nothing for either.
    for (const endpoint of among) {
      endpoint.inFlight = 4;
      endpoint.latencyMs = 10;
    }
    const [, b] = among;
    b!.startedMs = 0;
    const keys = (call: number) => `key ${call}`;
    const [, first] = shares(create(name), among, 100, keys);
    expect(first).toBeLessThan(26);
    b!.startedMs = 0;
    const [, last] = shares(create(name), among, 1_000, keys);
    expect(last).toBeGreaterThan(40);
    expect(b?.startedMs).toBeUndefined();
  });
});

it('weighted goes by the weights and spaces turns evenly', () => {
  const among = [endpointOf('a', 5), endpointOf('b', 1), endpointOf('c', 1)];
  const balancer = create('weighted');
  const turns = Array.from({ length: 7 }, () => balancer(among, undefined, 0)?.url.host).join('');
  expect(turns).toBe('aabacaa');
});

it('round-robin goes by turns, whatever the weights', () => {
  expect(shares(create('round-robin'), [endpointOf('a', 5), endpointOf('b', 1)])).toEqual([50, 50]);
});

it('least-in-flight takes who has least to do for its weight', () => {
  const [a, b, c] = [endpointOf('a'), endpointOf('b', 4), endpointOf('c')];
  a.inFlight = 1;
  b.inFlight = 6;
  c.inFlight = 2;
  expect(shares(create('least-in-flight'), [a, b, c])).toEqual([0, 100, 0]);
});

describe('peak-ewma', () => {
  it('turns from who is slow, fails or has much to do, and comes back in time', () => {
    const among = ['good', 'slow', 'failing', 'busy'].map((host) => endpointOf(host));
    const [good, slow, failing, busy] = among;
    for (const endpoint of among) noteLatency(endpoint, 'answered', 10, 0);
    noteLatency(slow!, 'answered', 500, 0);
    noteLatency(failing!, 'failed', 1, 0);
    busy!.inFlight = 200;
    const parts = shares(create('peak-ewma'), among);
    // Two of four are drawn: the best wins half of all draws, the worst none.
    expect(parts[0]).toSatisfy((part: number) => part > 47 && part < 53);
    expect(parts.slice(1).toSorted((one, other) => one - other)[0]).toBe(0);
    busy!.inFlight = 0;
    noteLatency(good!, 'answered', 10, 90_000);
    expect(shares(create('peak-ewma'), among, 90_000).slice(1)).not.toContain(0);
  });

  it('tries one again some seconds after a call of it failed at once, and takes it for slow as long as it took long to fail', () => {
    const [good, refusing, late] = ['good', 'refusing', 'late'].map((host) => endpointOf(host));
    for (const endpoint of [good!, refusing!, late!]) noteLatency(endpoint, 'answered', 10, 0);
    noteLatency(refusing!, 'failed', 1, 0);
    noteLatency(late!, 'failed', 5_000, 0);
    const chosenAt = (ms: number, other: EndpointState) => {
      noteLatency(good!, 'answered', 10, ms);
      noteLatency(other, 'answered', 10, ms);
      return shares(create('peak-ewma'), [good!, other], ms)[1];
    };
    expect(shares(create('peak-ewma'), [good!, refusing!], 1_000)).toEqual([100, 0]);
    expect(shares(create('peak-ewma'), [good!, refusing!], 6_000)[1]).toBeGreaterThan(0);
    expect(chosenAt(8_000, refusing!)).toBeGreaterThan(30);
    expect(shares(create('peak-ewma'), [good!, late!], 8_000)).toEqual([100, 0]);
  });

  it('tries one that goes on failing less and less often', () => {
    const [good, bad] = ['good', 'bad'].map((host) => endpointOf(host));
    const isTriedAt = (ms: number) => {
      noteLatency(good!, 'answered', 10, ms);
      return shares(create('peak-ewma'), [good!, bad!], ms)[1]! > 0;
    };
    const failAt = (ms: number) => {
      for (let call = 0; call < 3; call += 1) noteLatency(bad!, 'failed', 1, ms);
    };
    failAt(0);
    expect([isTriedAt(4_900), isTriedAt(5_000)]).toEqual([false, true]);
    failAt(5_000);
    expect([isTriedAt(14_800), isTriedAt(15_000)]).toEqual([false, true]);
    for (const ms of [15_000, 35_000, 75_000]) failAt(ms);
    expect([isTriedAt(114_000), isTriedAt(115_000)]).toEqual([false, true]);
    // That it answers now and then makes it no better.
    noteLatency(bad!, 'answered', 10, 115_000);
    failAt(116_000);
    expect([isTriedAt(155_000), isTriedAt(156_000)]).toEqual([false, true]);
    failAt(216_000);
    expect([isTriedAt(220_900), isTriedAt(221_000)]).toEqual([false, true]);
  });

  it('does not run to who has only failed and has calls in flight', () => {
    const [known, unknown] = [endpointOf('known'), endpointOf('unknown')];
    noteLatency(known, 'answered', 100, 0);
    noteLatency(unknown, 'failed', 1, 0);
    unknown.inFlight = 1;
    expect(shares(create('peak-ewma'), [known, unknown], 30_000)).toEqual([100, 0]);
  });

  it('does not run to who has never answered and has calls in flight', () => {
    const [known, unknown] = [endpointOf('known'), endpointOf('unknown')];
    noteLatency(known, 'answered', 100, 0);
    expect(shares(create('peak-ewma'), [known, unknown])).toEqual([0, 100]);
    unknown.inFlight = 1;
    expect(shares(create('peak-ewma'), [known, unknown])).toEqual([100, 0]);
  });

  it('takes a peak at once and forgets it bit by bit; a call that was given up counts as far as it went', () => {
    const endpoint = endpointOf('a');
    noteLatency(endpoint, 'answered', 10, 0);
    noteLatency(endpoint, 'answered', 200, 100);
    expect(endpoint.latencyMs).toBe(200);
    noteLatency(endpoint, 'answered', 10, 5_100);
    expect(endpoint.latencyMs).toBeCloseTo(10 + 190 * Math.exp(-0.5));
    noteLatency(endpoint, 'cancelled', 20, 5_200);
    expect(endpoint.latencyMs).toBeGreaterThan(100);
    noteLatency(endpoint, 'cancelled', 900, 5_200);
    expect(endpoint.latencyMs).toBe(900);
  });
});

describe('consistent-hash', () => {
  const hosts = ['a', 'b', 'c', 'd'];
  const homes = (among: readonly EndpointState[]) =>
    Array.from({ length: 1_000 }, (_, key) => create('consistent-hash')(among, `key ${key}`, 0)?.url.host);

  it('keeps a key with its endpoint, and moves only those of one that goes', () => {
    const before = homes(hosts.map((host) => endpointOf(host)));
    const after = homes(hosts.slice(0, 3).map((host) => endpointOf(host)));
    expect(before.every((host, key) => host === 'd' || host === after[key])).toBe(true);
    expect(new Set(after)).toEqual(new Set(['a', 'b', 'c']));
  });

  it('goes by the weights', () => {
    const among = [endpointOf('a', 3), endpointOf('b', 1)];
    expect(shares(create('consistent-hash'), among, 0, (call) => `key ${call}`)[0]).toSatisfy(
      (part: number) => part > 71 && part < 79,
    );
  });

  it('keeps a key with its endpoint while calls with it are in flight', () => {
    const among = hosts.map((host) => endpointOf(host));
    const home = create('consistent-hash')(among, 'key', 0)!;
    for (let calls = 1; calls <= 20; calls += 1) {
      home.inFlight = calls;
      expect(create('consistent-hash')(among, 'key', 0)).toBe(home);
    }
  });

  it('sends keys of one that has far more to do than the others elsewhere', () => {
    const among = hosts.map((host) => endpointOf(host));
    const home = create('consistent-hash')(among, 'key', 0)!;
    home.inFlight = 200;
    expect(create('consistent-hash')(among, 'key', 0)).not.toBe(home);
    for (const endpoint of among) endpoint.inFlight = 200;
    expect(create('consistent-hash')(among, 'key', 0)).toBe(home);
  });
});

it.each([
  ['http://x/graphql', '', '/graphql'],
  ['http://x/graphql?a=1', '', '/graphql?a=1'],
  ['http://x', '/items?x=1', '/items?x=1'],
  ['http://x/', '/items', '/items'],
  ['http://x/api', '/items', '/api/items'],
  ['http://x/api/', '/items?x=1', '/api/items?x=1'],
  ['http://x/api', '?x=1', '/api?x=1'],
  ['http://x/api?key=1', '/items', '/api/items?key=1'],
  ['http://x/api?key=1', '/items?x=1', '/api/items?x=1&key=1'],
])('below %s the path %j is %j', (url, path, expected) => {
  const endpoint = new EndpointState(found('x', { url: new URL(url) }), {
    dispatcher: new Dispatcher(),
    streams: new Dispatcher(),
    release: () => {},
  });
  expect(endpoint.pathOf(path)).toBe(expected);
});
