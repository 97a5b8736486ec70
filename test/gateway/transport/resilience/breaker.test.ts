import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { allBreaker } from '../../../../gateway/config/resilience.ts';
import { Cancellation } from '../../../../gateway/transport/cancellation.ts';
import type { CallOutcome } from '../../../../gateway/transport/endpoints/endpoints.ts';
import { Breaker, type BreakerState } from '../../../../gateway/transport/resilience/breaker.ts';
import type { CallUnderWay } from '../../../../gateway/transport/resilience/calls-under-way.ts';

const config = { failures: '50%', window: '10s', minimum: 10, openFor: '5s', maxOpenFor: '5s', probes: 3, slow: '2s' };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A breaker whose clock stands still until it is told. */
function create(changes: object = {}, chance = 1) {
  const now = () => performance.now();
  const states: BreakerState[] = [];
  const breaker = new Breaker({
    ...allBreaker.parse({ ...config, ...changes }),
    now,
    random: () => chance,
    onChange: (state) => states.push(state),
  });
  const begin = (fetches = 1) => {
    const cancellation = new Cancellation();
    cancellation.fetches = fetches;
    return breaker.begin(now(), cancellation);
  };
  const end = (call: CallUnderWay | undefined, outcome: CallOutcome) => {
    if (call === undefined) throw new Error('The call was not let through.');
    breaker.ended(call, outcome, now());
  };
  return {
    states,
    begin,
    end,
    state: () => breaker.stateAt(now()),
    isShut: () => breaker.isShutAt(now()),
    pass: (ms: number) => vi.advanceTimersByTime(ms),
    /** So many calls, one after the other, that end so at once. */
    calls(count: number, outcome: CallOutcome) {
      for (let index = 0; index < count; index++) end(begin(), outcome);
    },
  };
}

describe('a breaker that is closed', () => {
  it.each<[string, (to: ReturnType<typeof create>) => void, BreakerState]>([
    ['all calls are good', (to) => to.calls(100, 'answered'), 'closed'],
    ['too few calls fail to judge by', (to) => to.calls(9, 'failed'), 'closed'],
    ['just enough calls fail', (to) => to.calls(10, 'failed'), 'open'],
    ['half of the calls fail', (to) => [to.calls(5, 'answered'), to.calls(5, 'failed')], 'open'],
    ['less than half of the calls fail', (to) => [to.calls(6, 'answered'), to.calls(5, 'failed')], 'closed'],
    ['calls are cancelled', (to) => to.calls(100, 'cancelled'), 'closed'],
    ['failures are forgotten', (to) => [to.calls(9, 'failed'), to.pass(10_000), to.calls(9, 'failed')], 'closed'],
    ['failures lie within the window', (to) => [to.calls(9, 'failed'), to.pass(8_900), to.calls(1, 'failed')], 'open'],
    [
      'good calls have left the window',
      (to) => [
        to.calls(90, 'answered'),
        to.pass(9_999),
        to.calls(5, 'failed'),
        to.calls(1, 'answered'),
        to.pass(1),
        to.calls(4, 'failed'),
      ],
      'open',
    ],
    ['calls fail one after the other', (to) => [to.calls(1_000, 'answered'), to.calls(10, 'failed')], 'open'],
    [
      'a good call is among those that fail',
      (to) => [to.calls(1_000, 'answered'), to.calls(9, 'failed'), to.calls(1, 'answered'), to.calls(9, 'failed')],
      'closed',
    ],
  ])('when %s', (_name, act, state) => {
    const to = create();
    act(to);
    expect(to.state()).toBe(state);
    expect(to.isShut()).toBe(state === 'open');
  });

  it('counts calls that take long, whatever comes of them', () => {
    for (const outcome of ['answered', 'cancelled'] as const) {
      const to = create();
      const calls = Array.from({ length: 10 }, () => to.begin());
      to.pass(1_999);
      to.end(calls[0], outcome);
      to.pass(1);
      for (const call of calls.slice(1, 10)) to.end(call, outcome);
      expect(to.state()).toBe(outcome === 'answered' ? 'open' : 'closed');
    }
  });

  it('counts calls that are stuck, before they end', () => {
    const to = create();
    to.calls(10, 'answered');
    const stuck = Array.from({ length: 10 }, () => to.begin());
    to.pass(1_999);
    expect(to.state()).toBe('closed');
    to.pass(1);
    expect(to.isShut()).toBe(true);
    expect(to.begin()).toBeUndefined();
    expect(to.states).toEqual(['open']);
    for (const call of stuck) to.end(call, 'failed');
    expect(to.states).toEqual(['open']);
  });

  it.each([
    ['and no call is answered any more', 0, 'open'],
    ['but others are answered', 1, 'closed'],
  ] as const)('counts calls that are stuck in a row: %s', (_name, answered, state) => {
    const to = create();
    to.calls(1_000, 'answered');
    for (let index = 0; index < 10; index++) to.begin();
    to.pass(1_000);
    to.calls(answered, 'answered');
    to.pass(1_000);
    expect(to.state()).toBe(state);
  });

  it('notices by itself that calls are stuck, when there is no other to notice', () => {
    const to = create();
    const early = to.begin();
    to.pass(1_500);
    const late = Array.from({ length: 10 }, () => to.begin());
    to.end(early, 'answered');
    to.pass(1_999);
    expect(to.states).toEqual([]);
    to.pass(1);
    expect([to.states, late.length, vi.getTimerCount()]).toEqual([['open'], 10, 0]);
  });

  it('counts all fetches that wait for a call that is stuck, but a call that fails at once only once', () => {
    const stuck = create();
    stuck.begin(50);
    stuck.pass(2_000);
    expect(stuck.states).toEqual(['open']);
    const few = create();
    const call = few.begin(9);
    few.pass(2_000);
    few.end(call, 'failed');
    expect(few.states).toEqual([]);
    few.calls(1, 'failed');
    expect(few.states).toEqual(['open']);
    const failed = create();
    for (let index = 0; index < 9; index++) failed.end(failed.begin(50), 'failed');
    expect(failed.states).toEqual([]);
  });

  it('forgets a stuck call when it ends, and then counts it once', () => {
    const to = create({ failures: '60%' });
    const stuck = Array.from({ length: 6 }, () => to.begin());
    to.pass(2_000);
    expect(to.state()).toBe('closed');
    for (const call of stuck) to.end(call, 'failed');
    to.calls(4, 'answered');
    expect(to.state()).toBe('closed');
    to.calls(1, 'failed');
    expect(to.state()).toBe('open');
  });
});

describe('a breaker that is open', () => {
  const open = (changes?: object, chance?: number) => {
    const to = create(changes, chance);
    to.calls(10, 'failed');
    return to;
  };

  it.each([
    [1, 5_000],
    [0.5, 4_500],
    [0, 4_000],
  ])('with a chance of %f lets nothing through for %i ms', (chance, forMs) => {
    const to = open({}, chance);
    to.pass(forMs - 1);
    expect([to.isShut(), to.begin()]).toEqual([true, undefined]);
    to.pass(1);
    expect(to.isShut()).toBe(false);
  });

  it('then lets through as many probes as it is told, and closes when all went well', () => {
    const to = open();
    to.pass(5_000);
    const probes = [to.begin(), to.begin(), to.begin()];
    expect([to.state(), to.isShut(), to.begin()]).toEqual(['half-open', true, undefined]);
    for (const probe of probes) {
      expect(to.state()).toBe('half-open');
      to.end(probe, 'answered');
    }
    expect(to.states).toEqual(['open', 'half-open', 'closed']);
    to.calls(9, 'failed');
    expect(to.state()).toBe('closed');
  });

  it('opens anew for all of its time when a probe fails, whatever the others do', () => {
    const to = open();
    to.pass(5_000);
    const probes = [to.begin(), to.begin(), to.begin()];
    to.end(probes[0], 'answered');
    to.end(probes[1], 'failed');
    to.end(probes[2], 'answered');
    expect(to.states).toEqual(['open', 'half-open', 'open']);
    to.pass(4_999);
    expect(to.isShut()).toBe(true);
    to.pass(1);
    expect(to.isShut()).toBe(false);
  });

  it('is open for twice as long each time that a probe fails, up to a limit, until it has closed', () => {
    const to = open({ openFor: '1s', maxOpenFor: '3500ms' });
    const isOpenFor = (forMs: number) => {
      to.pass(forMs - 1);
      expect(to.isShut()).toBe(true);
      to.pass(1);
      expect(to.isShut()).toBe(false);
    };
    for (const forMs of [1_000, 2_000, 3_500, 3_500]) {
      isOpenFor(forMs);
      to.calls(1, 'failed');
    }
    isOpenFor(3_500);
    to.calls(3, 'answered');
    expect(to.state()).toBe('closed');
    to.calls(10, 'failed');
    isOpenFor(1_000);
  });

  it('with what is set by default probes again within four seconds, so that a repair is seen within five', () => {
    const { openFor, maxOpenFor } = allBreaker.parse({});
    const to = open({ openFor: `${openFor}ms`, maxOpenFor: `${maxOpenFor}ms` });
    let shutMs = 0;
    for (let passedMs = 0; passedMs < 600_000; passedMs += 100) {
      shutMs = to.isShut() ? shutMs + 100 : 0;
      expect(shutMs).toBeLessThanOrEqual(4_000);
      if (shutMs === 0) to.calls(1, 'failed');
      to.pass(100);
    }
  });

  it('lets others through when probes are not answered, no more than as many in the time that it is ever open', () => {
    const to = open({ openFor: '1s', maxOpenFor: '3s', slow: '9s' });
    to.pass(1_000);
    const lost = [to.begin(), to.begin(), to.begin()];
    to.pass(2_999);
    expect([lost.includes(undefined), to.isShut()]).toEqual([false, true]);
    to.pass(1);
    to.calls(2, 'answered');
    expect([to.state(), to.isShut()]).toEqual(['half-open', false]);
    to.calls(1, 'answered');
    expect(to.states).toEqual(['open', 'half-open', 'closed']);
  });

  it('opens anew when a probe is stuck', () => {
    const to = open();
    to.pass(5_000);
    const probe = to.begin();
    to.pass(2_000);
    expect(to.state()).toBe('open');
    to.end(probe, 'answered');
    expect(to.states).toEqual(['open', 'half-open', 'open']);
  });

  it('lets another probe through for one that was cancelled', () => {
    const to = open({ probes: 1 });
    to.pass(5_000);
    to.end(to.begin(), 'cancelled');
    expect(to.isShut()).toBe(false);
    to.end(to.begin(), 'answered');
    expect(to.state()).toBe('closed');
  });

  it('does not listen to calls that began before it opened', () => {
    const to = create();
    const old = Array.from({ length: 50 }, () => to.begin());
    to.calls(10, 'failed');
    to.pass(5_000);
    const probes = [to.begin(), to.begin(), to.begin()];
    for (const call of old.slice(0, 25)) to.end(call, 'failed');
    expect(to.state()).toBe('half-open');
    for (const probe of probes) to.end(probe, 'answered');
    for (const call of old.slice(25)) to.end(call, 'failed');
    expect(to.state()).toBe('closed');
  });
});
