import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { allBreaker } from '../../../../gateway/config/resilience.ts';
import { rate } from '../../../../gateway/config/units.ts';
import type { Cancellation } from '../../../../gateway/transport/cancellation.ts';
import { Breaker } from '../../../../gateway/transport/resilience/breaker.ts';
import { Bulkhead } from '../../../../gateway/transport/resilience/bulkhead.ts';
import { circuitOpen } from '../../../../gateway/transport/resilience/call-outcome.ts';
import { withAdmission } from '../../../../gateway/transport/resilience/with-admission.ts';
import {
  answer,
  type Ending,
  fakeCalls,
  good,
  httpError,
  query,
  unreachable,
  unreadable,
  wanted,
} from './fake-calls.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Options {
  readonly maxConcurrency?: number;
  readonly maxQueued?: number;
  readonly rate?: string;
  readonly breaker?: object;
  readonly endings?: readonly Ending[];
}

function start({ maxConcurrency = 2, maxQueued = 2, breaker: breakerConfig, endings = [], ...options }: Options = {}) {
  const { call, calls } = fakeCalls(...endings);
  const now = () => performance.now();
  let refused = 0;
  const bulkhead = new Bulkhead({
    subgraph: 'products',
    maxConcurrency,
    maxQueued,
    adaptiveConcurrency: false,
    rate: options.rate === undefined ? undefined : rate().parse(options.rate),
    now,
    onRefused: () => {
      refused += 1;
    },
  });
  const breaker =
    breakerConfig &&
    new Breaker({
      ...allBreaker.parse(breakerConfig),
      now,
      random: () => 1,
      onChange: (state) => {
        if (state === 'open') bulkhead.giveUp(() => circuitOpen('products'));
      },
    });
  const admitted = withAdmission(call, { subgraph: 'products', bulkhead, breaker, now });
  const ask = (cancellation = wanted()) => {
    const asked: { outcome: unknown } = { outcome: undefined };
    admitted(query, cancellation).then(
      (value) => {
        asked.outcome = value;
      },
      (error: unknown) => {
        asked.outcome = error;
      },
    );
    return asked;
  };
  return { ask, calls, bulkhead, breaker, refused: () => refused, settle: () => vi.advanceTimersByTimeAsync(0) };
}

describe('the bulkhead', () => {
  it('looks seldom after a rate that allows little, however long that takes', async () => {
    const to = start({ rate: '1/month' });
    for (const _call of [1, 2]) to.ask();
    await to.settle();
    const startedMs = performance.now();
    vi.advanceTimersToNextTimer();
    expect(performance.now() - startedMs).toBeGreaterThan(20 * 86_400_000);
    expect(to.bulkhead.queued).toBe(1);
  });

  it.each([
    ['have left', (_to: ReturnType<typeof start>, left: Cancellation) => left.cancel(new Error('left'))],
    ['were sent away', (to: ReturnType<typeof start>) => to.bulkhead.giveUp(() => circuitOpen('products'))],
  ])('does not look after a rate any longer when all who waited %s', async (_what, end) => {
    const to = start({ rate: '10/day' });
    const left = wanted();
    to.ask();
    to.ask(left);
    await to.settle();
    expect([to.calls.length, to.bulkhead.queued, vi.getTimerCount()]).toEqual([1, 1, 1]);
    end(to, left);
    await to.settle();
    expect([to.bulkhead.queued, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('lets so many out at a time, so many wait in turn, and refuses the rest by name', async () => {
    const to = start();
    const asked = Array.from({ length: 6 }, () => to.ask());
    await to.settle();
    expect([to.calls.length, to.bulkhead.inFlight, to.bulkhead.queued, to.refused()]).toEqual([2, 2, 2, 2]);
    for (const { outcome } of asked.slice(4)) {
      expect(outcome).toMatchObject({ code: 'SUBGRAPH_OVERLOADED', message: expect.stringContaining('"products"') });
    }
    to.calls[1]?.end(good);
    await to.settle();
    expect([to.calls.length, asked[1]?.outcome, to.bulkhead.queued]).toEqual([3, good, 1]);
    to.calls[0]?.end(unreachable());
    await to.settle();
    for (const { end } of to.calls.slice(2)) end(good);
    await to.settle();
    expect(asked.slice(2, 4).map(({ outcome }) => outcome)).toEqual([good, good]);
    expect([to.bulkhead.inFlight, to.bulkhead.queued]).toEqual([0, 0]);
  });

  it('forgets who leaves while it waits', async () => {
    const to = start({ maxConcurrency: 1, maxQueued: 1 });
    to.ask();
    const cancellation = wanted();
    const left = to.ask(cancellation);
    cancellation.cancel(unreachable());
    const next = to.ask();
    await to.settle();
    expect(left.outcome).toMatchObject({ code: 'SUBGRAPH_UNREACHABLE' });
    to.calls[0]?.end(good);
    await to.settle();
    to.calls[1]?.end(good);
    await to.settle();
    expect([next.outcome, to.calls.length, to.bulkhead.inFlight]).toEqual([good, 2, 0]);
  });

  it('gives its place back for who leaves at the moment of its turn', async () => {
    const to = start({ maxConcurrency: 1 });
    to.ask();
    const cancellation = wanted();
    to.ask(cancellation);
    const next = to.ask();
    to.calls[0]?.end(good);
    await Promise.resolve();
    await Promise.resolve();
    cancellation.cancel(unreachable());
    await to.settle();
    to.calls.at(-1)?.end(good);
    await to.settle();
    expect([next.outcome, to.bulkhead.inFlight, to.bulkhead.queued]).toEqual([good, 0, 0]);
  });

  it('lets only so many out in a length of time, repeats among them', async () => {
    const to = start({ maxConcurrency: 100, maxQueued: 100, rate: '10/s' });
    const asked = Array.from({ length: 20 }, () => to.ask());
    await to.settle();
    expect(to.calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(500);
    expect(to.calls).toHaveLength(6);
    expect(to.bulkhead.admitRepeat(performance.now())).toBe(false);
    await vi.advanceTimersByTimeAsync(1_500);
    expect([to.calls.length, to.bulkhead.queued]).toEqual([20, 0]);
    for (const { end } of to.calls) end(good);
    await to.settle();
    expect(asked.every(({ outcome }) => outcome === good)).toBe(true);
    await vi.advanceTimersByTimeAsync(100);
    expect(to.bulkhead.admitRepeat(performance.now())).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the breaker of a subgraph', () => {
  const code = 'SUBGRAPH_CIRCUIT_OPEN';

  it.each<[string, Ending, string]>([
    ['cannot be reached', unreachable(), 'open'],
    ['answers 500', httpError(500), 'open'],
    ['answers 503 in a way that is read further on', answer(503), 'open'],
    ['redirects', httpError(302), 'open'],
    ['answers what was not asked for', unreadable(), 'open'],
    ['answers 404', httpError(404), 'closed'],
    ['answers 429 in a way that is read further on', answer(429), 'closed'],
    ['answers', good, 'closed'],
    ['never comes into it', new TypeError('fault'), 'closed'],
  ])('counts a subgraph that %s', async (_name, ending, state) => {
    const to = start({ breaker: { minimum: 5 }, endings: Array(5).fill(ending) });
    for (let index = 0; index < 5; index++) {
      to.ask();
      await to.settle();
    }
    expect(to.breaker?.stateAt(performance.now())).toBe(state);
  });

  it('counts a call that ran out of time, but not one whose client left', async () => {
    for (const [isLate, state] of [
      [true, 'open'],
      [false, 'closed'],
    ]) {
      const to = start({ breaker: { minimum: 5 }, maxConcurrency: 10 });
      for (let index = 0; index < 5; index++) {
        const cancellation = wanted();
        to.ask(cancellation);
        if (isLate) cancellation.expire(unreachable());
        else cancellation.cancel(unreachable());
      }
      await to.settle();
      expect(to.breaker?.stateAt(performance.now())).toBe(state);
    }
  });

  it('refuses at once while it is open, those that wait too, and lets nothing out', async () => {
    const to = start({ breaker: { minimum: 2, slow: '1s' } });
    const stuck = [to.ask(), to.ask()];
    const waiting = to.ask();
    await vi.advanceTimersByTimeAsync(1_000);
    const refused = to.ask();
    await to.settle();
    expect([waiting.outcome, refused.outcome]).toMatchObject([{ code }, { code }]);
    expect(refused.outcome).toMatchObject({ message: expect.stringContaining('"products"') });
    for (const { end } of to.calls) end(good);
    await to.settle();
    expect(stuck.map(({ outcome }) => outcome)).toEqual([good, good]);
    expect([to.calls.length, to.bulkhead.inFlight, to.bulkhead.queued]).toEqual([2, 0, 0]);
  });

  it('opens when nothing is answered while all places are taken and others wait for one', async () => {
    const endings = Array(20).fill(good);
    const to = start({ breaker: { minimum: 20, silent: '1s', slow: '30s' }, maxQueued: 200, endings });
    for (let index = 0; index < 20; index++) {
      to.ask();
      await to.settle();
    }
    const waiting = [];
    for (let passedMs = 0; passedMs < 1_300; passedMs += 10) {
      waiting.push(to.ask());
      await vi.advanceTimersByTimeAsync(10);
    }
    expect([to.breaker?.stateAt(performance.now()), to.calls.length]).toEqual(['open', 22]);
    expect(waiting.at(-1)?.outcome).toMatchObject({ code });
  });

  it('stays closed when those that wait for a place give up before it is theirs', async () => {
    const endings = Array(20).fill(good);
    const to = start({ breaker: { minimum: 20, silent: '1s', slow: '30s' }, maxQueued: 200, endings });
    for (let index = 0; index < 20; index++) {
      to.ask();
      await to.settle();
    }
    for (const _place of [1, 2]) to.ask();
    for (let passedMs = 0; passedMs < 2_000; passedMs += 10) {
      const impatient = wanted();
      to.ask(impatient);
      setTimeout(() => impatient.cancel(new Error('left')), 100);
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(to.breaker?.stateAt(performance.now())).toBe('closed');
  });

  it('lets exactly its probes through, and all when they went well', async () => {
    const to = start({
      breaker: { minimum: 2, probes: 2 },
      maxConcurrency: 10,
      endings: [unreachable(), unreachable()],
    });
    to.ask();
    to.ask();
    await vi.advanceTimersByTimeAsync(5_000);
    const asked = Array.from({ length: 5 }, () => to.ask());
    await to.settle();
    expect(to.calls).toHaveLength(4);
    expect(asked.slice(2).map(({ outcome }) => outcome)).toMatchObject([{ code }, { code }, { code }]);
    for (const { end } of to.calls.slice(2)) end(good);
    await to.settle();
    to.ask();
    expect(to.calls).toHaveLength(5);
  });
});
