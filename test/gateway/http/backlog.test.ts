import { describe, expect, it } from 'vitest';
import { Backlog } from '../../../gateway/http/backlog.ts';

const maxMs = 500;
const tickMs = 20;

/** What an event loop was like for some time. */
interface Phase {
  readonly ms: number;
  /** Share of the time in which it had nothing to do. */
  readonly rested: number;
  readonly inFlight: number;
  readonly perSecond: number;
}

function createLoop() {
  const backlog = new Backlog();
  let state = { nowMs: 1_000, idleMs: 0, inFlight: 0, answered: 0 };
  backlog.begin(state);
  return {
    backlog,
    /** The most that there could be after it. */
    spend({ ms, rested, inFlight, perSecond }: Phase): number {
      for (let passed = 0; passed < ms; passed += tickMs) {
        const { nowMs, idleMs, answered } = state;
        state = {
          nowMs: nowMs + tickMs,
          idleMs: idleMs + rested * tickMs,
          inFlight,
          answered: answered + (perSecond * tickMs) / 1_000,
        };
        backlog.turn(state, maxMs);
      }
      return backlog.most;
    },
    sleep(ms: number): void {
      state = { ...state, nowMs: state.nowMs + ms, idleMs: state.idleMs + ms };
      backlog.begin(state);
    },
  };
}

const noLimit = Number.POSITIVE_INFINITY;
const spare: Phase = { ms: 20_000, rested: 0.5, inFlight: 20, perSecond: 400 };
const overload: Phase = { ms: 1_000, rested: 0, inFlight: 900, perSecond: 500 };

describe('Backlog', () => {
  it.each<[string, readonly Phase[], number]>([
    ['has time to rest, however many wait for backends', [{ ...spare, inFlight: 9_000, perSecond: 10 }], noLimit],
    ['is busy, and rests a little', [{ ...overload, rested: 0.15 }], noLimit],
    ['hardly rests', [{ ...overload, rested: 0.05 }], 250],
    ['does not rest for a moment', [{ ...overload, ms: 400 }], noLimit],
    ['never rests: as many as are answered in time', [overload], 250],
    ['never rests, with backends that take 50 ms', [spare, overload], 275],
    ['never rests, with backends that take 2 s', [{ ...spare, inFlight: 800 }, overload], 1_250],
    [
      'never rests, since there is more to do than a moment ago',
      [
        { ...overload, ms: 300, perSecond: 50 },
        { ...overload, ms: 4_000 },
      ],
      250,
    ],
    [
      'has rested between',
      [
        { ...overload, ms: 400 },
        { ...spare, ms: 2_000 },
        { ...overload, ms: 400 },
      ],
      noLimit,
    ],
  ])('of a loop that %s', (_name, phases, expected) => {
    const { spend } = createLoop();
    const [most = 0] = phases.map(spend).slice(-1);
    if (expected === noLimit) expect(most).toBe(noLimit);
    else expect(Math.abs(most / expected - 1)).toBeLessThan(0.05);
  });

  it('follows how many can be answered', () => {
    const { spend } = createLoop();
    spend(overload);
    expect(spend({ ...overload, ms: 10_000, perSecond: 300 })).toBeCloseTo(150, 0);
  });

  it('is there again at once soon after an overload, and lets in more and more while the loop rests', () => {
    const { spend } = createLoop();
    const most = spend(overload);
    const rests = [1, 2, 3].map(() => spend({ ...spare, ms: 100 }));
    expect(rests.map((now) => now / most)).toEqual([1.25, 1.25 ** 2, 1.25 ** 3]);
    expect(spend({ ...overload, ms: 100 })).toBeCloseTo(most, 0);
    spend({ ...spare, ms: 5_100 });
    expect(spend({ ...overload, ms: 400 })).toBe(noLimit);
    expect(spend({ ...overload, ms: 100 })).not.toBe(noLimit);
  });

  it('does not take what is usual in an overload for what is usual', () => {
    const { spend } = createLoop();
    spend(spare);
    const most = spend(overload);
    spend({ ...spare, ms: 1_000, inFlight: 900 });
    expect(spend(overload)).toBeCloseTo(most, 0);
  });

  it('counts nothing of the time in which nobody looked', () => {
    const { backlog, spend, sleep } = createLoop();
    spend(overload);
    sleep(60_000);
    expect(backlog.most).toBe(noLimit);
    expect(spend({ ...overload, ms: 400 })).toBe(noLimit);
    expect(spend({ ...overload, ms: 100 })).toBeCloseTo(250, 0);
  });
});
