import { Dispatcher } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noTelemetry } from '../../../../gateway/telemetry/no-telemetry.ts';
import type { GroupCall } from '../../../../gateway/transport/endpoints/endpoints.ts';
import { createFakeSource, createTestEndpoints, found } from '../../../support/fake-endpoints.ts';

const three = { endpoints: ['a', 'b', 'c'].map((host) => ({ url: `http://${host}/graphql` })) };

describe('the choice', () => {
  it('is the URL of the subgraph where nothing else is said, however it does', () => {
    const { choose, call, endpoints } = createTestEndpoints({});
    call('own', 'failed', 100);
    expect([choose(), choose({}, ['own']), choose({ group: 'canary' })]).toEqual(['own', 'own', 'own']);
    expect(endpoints.list().map(({ inFlight }) => inFlight)).toEqual([0]);
  });

  it('is one that was not asked yet, as long as there is one', () => {
    const { count } = createTestEndpoints(three);
    expect(Object.keys(count(50, {}, ['a', 'b']))).toEqual(['c']);
    expect(Object.keys(count(100, {}, ['a', 'b', 'c'])).toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('is none that is vetoed, unless all are', () => {
    const vetoed = new Set(['a', 'b']);
    const { count } = createTestEndpoints(three, { isVetoed: ({ url }) => vetoed.has(url.host) });
    expect(count(50)).toEqual({ c: 50 });
    expect(Object.keys(count(50, {}, ['c'])).length).toBeGreaterThan(0);
    vetoed.add('c');
    expect(Object.keys(count(100)).toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('is one that was not asked yet, also when all are vetoed: one of them may be well again', () => {
    const { call, count } = createTestEndpoints(three, { isVetoed: () => true });
    expect(count(50, {}, ['a', 'b'])).toEqual({ c: 50 });
    call('c', 'failed', 5);
    expect(Object.keys(count(50)).toSorted(), 'one is taken out').toEqual(['a', 'b']);
    expect(count(50, {}, ['a'])).toEqual({ b: 50 });
    expect(count(50, {}, ['a', 'b'])).toEqual({ c: 50 });
  });

  it('is one of the own zone and the first priority, then any', () => {
    const { endpoints, count } = createTestEndpoints(
      {
        endpoints: [
          { url: 'http://near/', zone: 'eu' },
          { url: 'http://far/', zone: 'us' },
          { url: 'http://nowhere/' },
        ],
      },
      { all: { zone: 'eu' } },
    );
    expect(count(50)).toEqual({ near: 50 });
    expect(Object.keys(count(50, {}, ['near'])).toSorted()).toEqual(['far', 'nowhere']);
    expect(endpoints.list()[0]?.zone).toBe('eu');
  });

  it('fails where there is nothing to ask', () => {
    const { endpoints, choose, released } = createTestEndpoints(three);
    endpoints.close();
    expect(() => choose()).toThrow('The subgraph "products" could not be reached.');
    expect(released).toEqual(['a', 'b', 'c']);
  });
});

describe('a connection that cannot be opened', () => {
  /** Connections to hosts, of which that to `c` cannot be opened. */
  const createConnections = () => {
    const open: string[] = [];
    const tried: string[] = [];
    const connect = ({ host }: URL) => {
      tried.push(host);
      if (host === 'c') throw new Error('Its certificate cannot be read.');
      open.push(host);
      return {
        dispatcher: new Dispatcher(),
        streams: new Dispatcher(),
        release: () => void open.splice(open.indexOf(host), 1),
      };
    };
    return { open, tried, connect };
  };

  it('takes none of the others along: all that were opened before it are given back', () => {
    const { open, connect } = createConnections();
    const reported: string[] = [];
    const telemetry = {
      ...noTelemetry,
      endpointsOpened: (subgraph: string) => ({
        ...noTelemetry.endpointsOpened(subgraph, () => []),
        closed: () => reported.push('closed'),
      }),
    };
    const mirrored = { ...three, mirror: { url: 'http://shadow/', share: '1%' } };
    expect(() => createTestEndpoints(mirrored, { connect, telemetry })).toThrow('Its certificate cannot be read.');
    expect([open, reported]).toEqual([[], ['closed']]);
  });

  it('leaves those in use that were found before', async () => {
    const { open, tried, connect } = createConnections();
    const { source, tell } = createFakeSource();
    const { endpoints } = createTestEndpoints({}, { connect, sources: [source] });
    tell([found('a')]);
    await vi.waitFor(() => expect(open).toEqual(['a']));
    tell([found('b'), found('c')]);
    await vi.waitFor(() => expect(tried).toContain('c'));
    expect([open, endpoints.list().map(({ url }) => url.host)]).toEqual([['a'], ['a']]);
    endpoints.close();
    expect(open).toEqual([]);
  });
});

describe('ejection', () => {
  it('takes out what fails for a time that grows, and brings it back slowly', () => {
    const { call, count, clock } = createTestEndpoints({ ...three, balance: 'round-robin' });
    call('b', 'failed', 4);
    call('b', 'answered');
    call('b', 'failed', 4);
    expect(count(300)['b']).toBeGreaterThan(50);
    call('b', 'failed');
    expect(count(300)).toEqual({ a: 150, c: 150 });
    clock.ms += 4_999;
    expect(count(300)['b']).toBeUndefined();
    clock.ms += 1;
    const slow = count(300)['b'] ?? 0;
    expect(slow).toBeGreaterThan(0);
    expect(slow).toBeLessThan(40);
    clock.ms += 10_000;
    expect(count(300)['b']).toBe(100);
    call('b', 'failed', 5);
    clock.ms += 9_999;
    expect(count(300)['b']).toBeUndefined();
    clock.ms += 1;
    expect(count(300)['b']).toBeGreaterThan(0);
  });

  it('has one that is back judged by how it does then', () => {
    const { call, count, clock } = createTestEndpoints({ ...three, slowStart: '0s' });
    for (const host of ['a', 'b', 'c']) call(host, 'answered');
    call('b', 'failed', 5, 5_000);
    expect(count(300)['b']).toBeUndefined();
    clock.ms += 5_000;
    expect(count(30)['b']).toBeGreaterThan(0);
    for (const host of ['a', 'b', 'c']) call(host, 'answered');
    expect(count(300)['b']).toBeGreaterThan(70);
  });

  it.each([
    ['half of the calls fail', { minimum: 10 }, 10, true],
    ['there are too few calls to judge by', { minimum: 12 }, 10, false],
    ['fewer fail than allowed', { minimum: 10, errorRate: '60%' }, 10, false],
    ['it is off', { minimum: 10, enabled: false }, 10, false],
  ])('looks at the share that fails: %s', (_name, ejection, calls, isOut) => {
    const { call, count } = createTestEndpoints({ ...three, balance: 'round-robin', ejection });
    for (let pair = 0; pair < calls / 2; pair += 1) {
      call('a', 'answered');
      call('a', 'failed');
    }
    expect(count(200)['a'] === undefined).toBe(isOut);
  });

  it('forgets failures when their window is over, and never counts what was cancelled', () => {
    const { call, count, clock } = createTestEndpoints({
      ...three,
      balance: 'round-robin',
      ejection: { minimum: 4, failures: 100 },
    });
    call('a', 'failed', 3);
    clock.ms += 10_000;
    call('a', 'failed', 3);
    call('a', 'cancelled', 100);
    expect(count(3)['a']).toBe(1);
    call('a', 'failed');
    expect(count(3)['a']).toBeUndefined();
  });

  it('takes out who is much slower than the median, where that is asked for', () => {
    const { call, count } = createTestEndpoints({
      ...three,
      balance: 'round-robin',
      ejection: { slowerThan: 3, minimum: 5 },
    });
    call('a', 'answered', 5, 10);
    call('b', 'answered', 5, 12);
    call('c', 'answered', 5, 31);
    expect(count(2)).toEqual({ a: 1, b: 1 });
  });

  it('keeps out nobody who could be asked when all others are vetoed: it may be the first to be well again', () => {
    const vetoed = new Set(['b', 'c']);
    const { call, count } = createTestEndpoints(three, { isVetoed: ({ url }) => vetoed.has(url.host) });
    call('a', 'failed', 5);
    expect(count(50)).toEqual({ a: 50 });
    expect(Object.keys(count(50, {}, ['a'])).toSorted()).toEqual(['b', 'c']);
    vetoed.add('a');
    expect(Object.keys(count(50)).toSorted()).toEqual(['b', 'c']);
    vetoed.delete('b');
    expect(count(50)).toEqual({ b: 50 });
  });

  it('takes out no more than its share, and never the last', () => {
    const { call, count } = createTestEndpoints({ ...three, ejection: { maxShare: '100%' } });
    for (const host of ['a', 'b', 'c']) call(host, 'failed', 5);
    expect(count(50)).toEqual({ c: 50 });
    const half = createTestEndpoints(three);
    for (const host of ['a', 'b', 'c']) half.call(host, 'failed', 5);
    expect(Object.keys(half.count(200)).toSorted()).toEqual(['b', 'c']);
  });
});

describe('groups', () => {
  const canary = {
    endpoints: [
      { url: 'http://old/', weight: 95, group: 'stable' },
      { url: 'http://new/', weight: 5, group: 'canary' },
    ],
  };

  it('share calls by the weights of their endpoints, and by others while calls are made', () => {
    const { endpoints, count } = createTestEndpoints(canary);
    expect([...endpoints.groups.weights()]).toEqual([
      ['stable', 95],
      ['canary', 5],
    ]);
    expect(count(2_000)['new']).toSatisfy((times: number) => times > 60 && times < 140);
    endpoints.groups.setWeights(
      new Map([
        ['stable', 1],
        ['canary', 1],
      ]),
    );
    expect(count(2_000)['new']).toSatisfy((times: number) => times > 900 && times < 1_100);
    endpoints.groups.setWeights(new Map([['stable', 1]]));
    expect(count(100)).toEqual({ old: 100 });
    endpoints.groups.setWeights(undefined);
    expect(Object.keys(count(2_000))).toHaveLength(2);
  });

  it('go by what the configuration says of them', () => {
    const { endpoints, count } = createTestEndpoints({ ...canary, groups: { weights: { stable: 0, canary: 3 } } });
    expect(count(50)).toEqual({ new: 50 });
    expect(Object.fromEntries(endpoints.groups.weights())).toEqual({ stable: 0, canary: 3 });
  });

  it('stand in for each other, but nobody is sent to one without weight', () => {
    const { count, call, choose } = createTestEndpoints({
      endpoints: [...canary.endpoints, { url: 'http://shadow/', group: 'shadow' }],
      groups: { weights: { stable: 1, canary: 0, shadow: 0 } },
      ejection: { maxShare: '100%' },
    });
    expect(count(100)).toEqual({ old: 100 });
    expect(choose({ group: 'canary' })).toBe('new');
    expect(choose({ group: 'canary' }, ['new'])).toBe('old');
    call('new', 'failed', 5);
    expect(choose({ group: 'canary' })).toBe('old');
    expect(choose({ group: 'nowhere' })).toBe('old');
    call('old', 'failed', 5);
    expect(choose({ group: 'shadow' })).toBe('shadow');
    expect(choose()).toBe('old');
  });

  it('tell how calls of each ended', () => {
    const { endpoints, call } = createTestEndpoints(canary);
    const calls: GroupCall[] = [];
    const stop = endpoints.groups.observe((ended) => calls.push(ended));
    call('new', 'failed', 1, 7);
    call('old', 'answered', 1, 3);
    stop();
    call('old', 'answered');
    expect(calls).toEqual([
      { group: 'canary', outcome: 'failed', isGood: false, durationMs: 7 },
      { group: 'stable', outcome: 'answered', isGood: true, durationMs: 3 },
    ]);
  });
});

describe('a source', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const settle = () => vi.advanceTimersByTimeAsync(100);

  it('takes the place of the URL once it has an answer; what stays keeps its state, and what is new starts slowly', async () => {
    const { source, tell } = createFakeSource();
    const { choose, count, endpoints, clock, released, at } = createTestEndpoints(
      { balance: 'round-robin' },
      { sources: [source] },
    );
    expect(choose()).toBe('own');
    tell([found('a'), found('b'), found('a')]);
    await settle();
    expect(count(4)).toEqual({ a: 2, b: 2 });
    expect(released).toEqual(['own']);
    const kept = at('b');
    endpoints.began(kept);
    tell([found('b', { weight: 2 }), found('c')]);
    await settle();
    expect(at('b')).toBe(kept);
    expect(kept.inFlight).toBe(1);
    expect(released).toEqual(['own', 'a']);
    expect(count(200)['c']).toBeLessThan(40);
    clock.ms += 10_000;
    expect(count(200)['c']).toBe(100);
    endpoints.close();
  });

  it('is not believed at once when it has nothing, and what it said holds while it fails', async () => {
    const { source, tell } = createFakeSource();
    const { choose, endpoints } = createTestEndpoints({}, { sources: [source] });
    tell([found('a')]);
    await settle();
    tell(new Error('gone'));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(choose()).toBe('a');
    tell([]);
    await settle();
    expect(choose()).toBe('a');
    tell([found('b')]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(choose()).toBe('b');
    tell([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(() => choose()).toThrow('could not be reached');
    endpoints.close();
  });

  it('adds to the endpoints that are listed', async () => {
    const { source, tell } = createFakeSource();
    const { count, endpoints } = createTestEndpoints(three, { sources: [source] });
    tell([found('d')]);
    await settle();
    expect(Object.keys(count(500)).toSorted()).toEqual(['a', 'b', 'c', 'd']);
    endpoints.close();
  });

  it('lets what is in flight end where an endpoint is gone', async () => {
    const { source, tell } = createFakeSource();
    const { endpoints, at } = createTestEndpoints({}, { sources: [source] });
    tell([found('a'), found('b')]);
    await settle();
    const gone = at('a');
    endpoints.began(gone);
    tell([found('b')]);
    await settle();
    endpoints.ended(gone, 'answered', 5, true);
    expect(gone.inFlight).toBe(0);
    endpoints.close();
  });
});
