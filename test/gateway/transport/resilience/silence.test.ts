import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { allBreaker } from '../../../../gateway/config/resilience.ts';
import { Cancellation } from '../../../../gateway/transport/cancellation.ts';
import { Breaker } from '../../../../gateway/transport/resilience/breaker.ts';
import type { CallUnderWay } from '../../../../gateway/transport/resilience/calls-under-way.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A breaker that has 20 calls to judge by, and takes a second without any answer for silence; `late` is how late the process is. */
function create(changes: object = {}) {
  const clock = { late: 0 };
  const now = () => performance.now() + clock.late;
  const opened: unknown[] = [];
  const breaker = new Breaker({
    ...allBreaker.parse({ minimum: 20, silent: '1s', slow: '30s', ...changes }),
    now,
    random: () => 1,
    onChange: (state, why) => opened.push(state === 'open' ? why : state),
  });
  const begin = () => breaker.begin(now(), new Cancellation());
  const end = (call: CallUnderWay | undefined, outcome: 'answered' | 'failed' | 'cancelled') =>
    call && breaker.ended(call, outcome, now());
  const pass = (ms: number) => vi.advanceTimersByTime(ms);
  const beginFor = (ms: number, everyMs = 10) => {
    const begun: (CallUnderWay | undefined)[] = [];
    for (let passedMs = 0; passedMs < ms; passedMs += everyMs) {
      begun.push(begin());
      pass(everyMs);
    }
    return begun;
  };
  return {
    breaker,
    clock,
    opened,
    begin,
    end,
    pass,
    /** Calls that begin one after the other, and are not answered. */
    beginFor,
    /** Calls of which each takes so long. */
    answer(count: number, tookMs = 5) {
      for (let index = 0; index < count; index++) {
        const call = begin();
        pass(tookMs);
        end(call, 'answered');
      }
    },
  };
}

describe('a breaker of a backend that falls silent', () => {
  it('opens once nothing was answered for as long as it is told, long before calls are slow', () => {
    const to = create();
    to.answer(20);
    to.beginFor(950);
    expect(to.opened).toEqual([]);
    to.beginFor(350);
    expect(to.opened).toEqual(['silence']);
    expect(to.begin()).toBeUndefined();
  });

  it('waits four times as long as the slowest answer of late, where that is longer', () => {
    const to = create();
    to.answer(19);
    to.answer(1, 500);
    to.beginFor(1_950);
    expect(to.opened).toEqual([]);
    to.beginFor(350);
    expect(to.opened).toEqual(['silence']);
  });

  it('forgets how slow answers were after two windows at most', () => {
    const to = create({ window: '10s' });
    to.answer(1, 2_000);
    for (let second = 0; second < 20; second++) {
      to.answer(2);
      to.pass(990);
    }
    to.beginFor(1_300);
    expect(to.opened).toEqual(['silence']);
  });

  it('does nothing about it when it is told so', () => {
    const to = create({ silent: '0s' });
    to.answer(20);
    to.beginFor(5_000);
    expect(to.opened).toEqual([]);
  });

  it('begins anew after it has closed', () => {
    const to = create({ openFor: '1s', probes: 1 });
    to.answer(20);
    to.beginFor(1_300);
    to.pass(1_000);
    to.answer(1);
    expect(to.opened).toEqual(['silence', 'half-open', 'closed']);
    to.beginFor(950);
    expect(to.opened).toHaveLength(3);
    to.beginFor(350);
    expect(to.opened.slice(3)).toEqual(['silence']);
  });

  it('opens also when some who ask it do not wait, as long as enough do', () => {
    const to = create();
    to.answer(20);
    for (let turn = 0; turn < 5; turn++) {
      const impatient = to.beginFor(130);
      to.beginFor(130);
      for (const call of impatient) to.end(call, 'cancelled');
    }
    expect(to.opened).toEqual(['silence']);
  });

  it('counts those that wait for their turn, as nobody begins where all places are taken', () => {
    const to = create();
    to.answer(20);
    to.begin();
    for (let waiting = 0; waiting < 130; waiting++) {
      to.breaker.asked();
      to.pass(10);
    }
    expect(to.opened).toEqual(['silence']);
  });
});

describe('no silence is', () => {
  it('what one answer interrupts', () => {
    const to = create();
    to.answer(20);
    for (let turn = 0; turn < 5; turn++) {
      const [call] = to.beginFor(800);
      to.end(call, 'answered');
    }
    expect(to.opened).toEqual([]);
  });

  it('a burst of calls that all take long', () => {
    const to = create();
    to.answer(20);
    for (let burst = 0; burst < 2; burst++) {
      to.pass(5_000);
      const calls = Array.from({ length: 50 }, to.begin);
      to.pass(4_000);
      for (const call of calls) to.end(call, 'answered');
    }
    expect(to.opened).toEqual([]);
  });

  it('what takes long of too few calls', () => {
    const to = create();
    to.answer(20);
    to.beginFor(1_900, 100);
    expect(to.opened).toEqual([]);
  });

  it('what a backend does of which too little is known', () => {
    const to = create();
    to.answer(19);
    to.beginFor(5_000);
    expect(to.opened).toEqual([]);
    const old = create({ window: '10s' });
    old.answer(20);
    old.pass(20_000);
    old.beginFor(5_000);
    expect(old.opened).toEqual([]);
  });

  it('calls that their askers give up at once', () => {
    const to = create();
    to.answer(20);
    for (let turn = 0; turn < 200; turn++) {
      const call = to.begin();
      to.pass(20);
      to.end(call, 'cancelled');
    }
    expect(to.opened).toEqual([]);
  });

  it('calls that their askers give up before the backend can answer', () => {
    const to = create();
    to.answer(20);
    const patient = to.begin();
    for (let turn = 0; turn < 30; turn++) {
      const calls = to.beginFor(300, 20);
      for (const call of calls) to.end(call, 'cancelled');
    }
    to.end(patient, 'answered');
    expect(to.opened).toEqual([]);
    for (let turn = 0; turn < 30; turn++) {
      const calls = to.beginFor(240);
      const next = to.begin();
      to.pass(60);
      for (const call of [...calls, next]) to.end(call, 'cancelled');
    }
    expect(to.opened).toEqual([]);
  });

  it('those that wait for their turn, and give up', () => {
    const to = create();
    to.answer(20);
    to.begin();
    for (let waiting = 0; waiting < 200; waiting++) {
      to.breaker.asked();
      to.pass(10);
      to.breaker.left();
    }
    expect(to.opened).toEqual([]);
  });

  it('answers that the process was too late to read', () => {
    const to = create();
    to.answer(20);
    const calls = to.beginFor(100);
    to.clock.late = 5_000;
    const later = to.beginFor(300);
    for (const call of [...calls, ...later]) to.end(call, 'answered');
    to.beginFor(900);
    expect(to.opened).toEqual([]);
  });
});

it('looks for silence no longer once nobody asks', () => {
  const to = create();
  to.answer(20);
  to.pass(30_000);
  expect(vi.getTimerCount()).toBe(0);
});
