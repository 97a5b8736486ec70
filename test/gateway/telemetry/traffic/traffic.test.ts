import { describe, expect, it } from 'vitest';
import { createTraffic } from '../../../../gateway/telemetry/traffic/create-traffic.ts';
import { mergeTimelines, mergeTraffic } from '../../../../gateway/telemetry/traffic/merge-traffic.ts';
import { toRequestFacts } from '../../../support/request-facts.ts';

const minute = 60_000;
const startMs = 1_800_000_000_000;

function create(options: { readonly operationsMost?: number; readonly clientsMost?: number } = {}) {
  const clock = { ms: startMs };
  const traffic = createTraffic({ now: () => clock.ms, ...options });
  const ask = (given: Parameters<typeof toRequestFacts>[0] = {}, times = 1) => {
    for (let time = 0; time < times; time += 1) traffic.requestEnded(toRequestFacts(given));
  };
  return { clock, traffic, ask };
}

describe('the traffic of a process', () => {
  it('counts requests, errors, faults, costs and bytes, in all and by operation and client', () => {
    const { traffic, ask } = create();
    ask({ cost: 3, bytes: 10 }, 3);
    ask({
      operationHash: 'def',
      operationName: 'Cart',
      client: { name: 'ios', version: '2' },
      errorCodes: ['FORBIDDEN'],
    });
    ask({ operationHash: 'def', errorCodes: ['SUBGRAPH_TIMEOUT', 'SUBGRAPH_TIMEOUT', 'MADE_UP'], durationMs: 900 });
    ask({ operationHash: undefined, operationKind: undefined, errorCodes: ['BAD_REQUEST'], status: 400 });
    const { total, operations, clients } = traffic.snapshot(minute);
    expect(total).toMatchObject({ requests: 6, errors: 3, failures: 1, cost: 9, bytes: 330 });
    expect(total.codes).toEqual({ FORBIDDEN: 1, SUBGRAPH_TIMEOUT: 2, OTHER: 1, BAD_REQUEST: 1 });
    expect(operations.map(({ hash, name, kind, requests, errors }) => [hash, name, kind, requests, errors])).toEqual([
      ['abc', 'Shop', 'query', 3, 0],
      ['def', 'Cart', 'query', 2, 2],
    ]);
    expect(clients.map(({ name, requests }) => [name, requests])).toEqual([
      ['web', 5],
      ['ios', 1],
    ]);
  });

  it('counts fetches by subgraph, but not those that shared the answer of another', () => {
    const { traffic } = create();
    const fetch = {
      subgraph: 'reviews',
      operationKind: 'query',
      errorCode: undefined,
      deduped: false,
      durationMs: 7,
    } as const;
    traffic.fetchEnded(fetch);
    traffic.fetchEnded({ ...fetch, deduped: true });
    traffic.fetchEnded({ ...fetch, errorCode: 'SUBGRAPH_TIMEOUT' });
    const { subgraphs } = traffic.snapshot(minute);
    expect(subgraphs).toEqual([expect.objectContaining({ name: 'reviews', requests: 2, failures: 1 })]);
  });

  it.each([0.05, 1, 7, 80, 3_000, 59_000])('tells durations of about %s ms with an error of 12 %% at most', (ms) => {
    const { traffic, ask } = create();
    ask({ durationMs: ms }, 200);
    const { p50Ms = 0, p99Ms = 0 } = traffic.snapshot(minute).total;
    for (const told of [p50Ms, p99Ms])
      expect(Math.abs(Math.log(told / Math.max(ms, 0.1)))).toBeLessThan(Math.log(1.26));
    expect(p50Ms).toBeLessThanOrEqual(p99Ms);
  });

  it('tells quantiles apart', () => {
    const { traffic, ask } = create();
    ask({ durationMs: 10 }, 98);
    ask({ durationMs: 2_000 }, 2);
    const { p50Ms = 0, p95Ms = 0, p99Ms = 0 } = traffic.snapshot(minute).total;
    expect(p50Ms).toBeLessThan(13);
    expect(p95Ms).toBeLessThan(13);
    expect(p99Ms).toBeGreaterThan(1_500);
  });

  it('forgets what is older than the window, and after an hour everything', () => {
    const { clock, traffic, ask } = create();
    ask();
    clock.ms += 5 * minute;
    ask({}, 2);
    expect(traffic.snapshot(minute).total.requests).toBe(2);
    expect(traffic.snapshot(10 * minute).total.requests).toBe(3);
    clock.ms += 61 * minute;
    expect(traffic.snapshot(24 * 60 * minute)).toMatchObject({
      windowMs: 60 * minute,
      total: { requests: 0 },
      operations: [],
    });
    ask();
    expect(traffic.snapshot(60 * minute).total).toMatchObject({ requests: 1, durations: expect.any(Array) });
  });

  it('draws a line of seconds for a minute and of ten seconds for more, without the present one', () => {
    const { clock, traffic, ask } = create();
    ask({ durationMs: 4 }, 5);
    clock.ms += 1_000;
    ask({ errorCodes: ['INTERNAL_SERVER_ERROR'] });
    const seconds = traffic.snapshot(minute).timeline;
    expect(seconds).toHaveLength(60);
    expect(seconds.at(-1)).toMatchObject({ atMs: startMs, requests: 5, errors: 0 });
    clock.ms += 10_000;
    const tens = traffic.snapshot(10 * minute).timeline;
    expect(tens).toHaveLength(60);
    expect(tens.at(-1)).toMatchObject({ atMs: startMs, requests: 6, errors: 1, failures: 1 });
    expect(tens.at(-2)).toMatchObject({ atMs: startMs - 10_000, requests: 0, p99Ms: undefined });
  });

  it('draws a line of one operation, client or subgraph by itself, with how long a whole minute took', () => {
    const { clock, traffic, ask } = create();
    ask({ durationMs: 4 }, 5);
    ask({ operationHash: 'def', durationMs: 900 });
    traffic.fetchEnded({
      ...{ subgraph: 'reviews', operationKind: 'query', errorCode: 'SUBGRAPH_TIMEOUT' },
      ...{ deduped: false, durationMs: 7 },
    });
    clock.ms += 10_000;
    const latestOf = (of: 'operation' | 'client' | 'subgraph', name: string) =>
      traffic.timelineOf({ of, name }, 10 * minute).at(-1);
    expect(traffic.timelineOf({ of: 'operation', name: 'abc' }, 10 * minute)).toHaveLength(60);
    expect(latestOf('operation', 'abc')).toMatchObject({ atMs: startMs, requests: 5, errors: 0 });
    expect(latestOf('operation', 'abc')?.p99Ms).toBeLessThan(6);
    expect(latestOf('client', 'web')).toMatchObject({ requests: 6 });
    expect(latestOf('client', 'web')?.p99Ms).toBeGreaterThan(700);
    expect(latestOf('subgraph', 'reviews')).toMatchObject({ requests: 1, errors: 1, failures: 1 });
    expect(['abc', 'reviews'].map((name) => traffic.timelineOf({ of: 'client', name }, minute))).toEqual([[], []]);
    const twice = mergeTimelines([1, 2].map(() => traffic.timelineOf({ of: 'operation', name: 'abc' }, minute)));
    expect(twice.at(-1)).toMatchObject({ atMs: startMs, requests: 10, p99Ms: latestOf('operation', 'abc')?.p99Ms });
  });

  it('knows the p99 of an operation once it has seen enough of it', () => {
    const { clock, traffic, ask } = create();
    expect(traffic.p99Of('abc')).toBeUndefined();
    ask({ durationMs: 20 }, 99);
    expect(traffic.p99Of('abc')).toBeUndefined();
    ask({ durationMs: 20 });
    clock.ms += 10_000;
    expect(traffic.p99Of('abc')).toBeGreaterThan(16);
    expect(traffic.p99Of('abc')).toBeLessThan(26);
    clock.ms += 20 * minute;
    expect(traffic.p99Of('abc')).toBeUndefined();
  });

  it('stays bounded when clients make up operations and names without end, and still finds those that matter', () => {
    const { clock, traffic, ask } = create({ operationsMost: 20, clientsMost: 10 });
    for (let index = 0; index < 100_000; index += 1) {
      ask({
        operationHash: `h${index}`,
        operationName: `n${index}`,
        client: { name: `c${index}`, version: undefined },
      });
    }
    const attacked = traffic.snapshot(minute);
    expect(attacked.operations).toHaveLength(21);
    expect(attacked.clients).toHaveLength(11);
    expect(attacked.operations[0]).toMatchObject({ hash: 'other', name: undefined, requests: 99_980 });
    expect(attacked.total.requests).toBe(100_000);
    clock.ms += minute;
    ask({}, 500);
    clock.ms += minute;
    ask({}, 2);
    const later = traffic.snapshot(minute);
    expect(later.operations.find(({ hash }) => hash === 'abc')?.requests).toBeGreaterThan(0);
    expect(later.operations.length).toBeLessThanOrEqual(21);
  });

  it('counts a client that calls itself other with all others', () => {
    const { traffic, ask } = create();
    ask({ client: { name: 'other', version: undefined }, operationHash: 'other' });
    const { clients, operations } = traffic.snapshot(minute);
    expect([clients, operations].map((all) => all.length)).toEqual([1, 1]);
  });

  it('is merged from several processes as if it were one', () => {
    const one = create();
    const other = create();
    const whole = create();
    const mixed = [
      { durationMs: 3, cost: 2 },
      { durationMs: 80, errorCodes: ['SUBGRAPH_TIMEOUT'], operationHash: 'def' },
      { durationMs: 700, client: { name: 'ios', version: undefined } },
    ];
    for (const [index, given] of mixed.entries()) {
      (index % 2 === 0 ? one : other).ask(given, 2 * index + 1);
      whole.ask(given, 2 * index + 1);
    }
    const snapshots = [one, other].map(({ traffic }) => JSON.parse(JSON.stringify(traffic.snapshot(minute))));
    const merged = mergeTraffic(snapshots, startMs, minute);
    const { timeline, ...expected } = whole.traffic.snapshot(minute);
    expect(merged).toMatchObject({ ...expected, timeline: expect.any(Array) });
    expect(merged.timeline.map(({ atMs, requests }) => [atMs, requests])).toEqual(
      timeline.map(({ atMs, requests }) => [atMs, requests]),
    );
    expect(mergeTraffic([], startMs, minute).total).toMatchObject({ requests: 0, p99Ms: undefined });
  });
});
