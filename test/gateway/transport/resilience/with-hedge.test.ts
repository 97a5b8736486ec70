import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { allHedging } from '../../../../gateway/config/resilience.ts';
import type { OutgoingRequest } from '../../../../gateway/transport/call.ts';
import { Latencies } from '../../../../gateway/transport/resilience/latencies.ts';
import { RepeatBudget } from '../../../../gateway/transport/resilience/repeat-budget.ts';
import { withHedge } from '../../../../gateway/transport/resilience/with-hedge.ts';
import { toOperation } from '../../../support/transport-harness.ts';
import { answer, fakeCalls, good, mutation, query, unreachable, wanted } from './fake-calls.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Hedging that knows that queries take up to 95 ms. */
function start({ budget = new RepeatBudget(1, false, 0), admitRepeat = (): boolean => true, isTold = true } = {}) {
  const { call, calls } = fakeCalls();
  const outcomes: string[] = [];
  const latencies = new Latencies(0.95);
  if (isTold) for (let ms = 1; ms <= 96; ms++) latencies.add(ms);
  const hedged = withHedge(call, {
    hedging: allHedging.parse({}),
    budget,
    admitRepeat,
    latencies,
    now: () => performance.now(),
    onHedge: (outcome) => outcomes.push(outcome),
  });
  const cancellation = wanted();
  const ask = (request: OutgoingRequest = query) => hedged(request, cancellation).catch((error: unknown) => error);
  return { ask, calls, outcomes, cancellation };
}

const pauseMs = 92;

describe('withHedge', () => {
  it('sends a query once that is answered as soon as most are', async () => {
    const { ask, calls, outcomes } = start();
    const outcome = ask();
    await vi.advanceTimersByTimeAsync(pauseMs - 1);
    calls[0]?.end(good);
    expect(await outcome).toBe(good);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([calls.length, outcomes]).toEqual([1, []]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['won', 1, 0],
    ['lost', 0, 1],
  ])('sends a second copy of one that takes longer; it has %s', async (outcome, first, other) => {
    const to = start();
    const answered = to.ask();
    await vi.advanceTimersByTimeAsync(pauseMs);
    expect(to.calls).toHaveLength(2);
    expect(to.calls[1]?.request).toBe(query);
    expect(to.calls[1]?.cancellation.asked).toBe(to.cancellation.asked);
    to.calls[first]?.end(good);
    expect(await answered).toBe(good);
    expect(to.calls[other]?.cancellation.reason).toBeInstanceOf(Error);
    expect(to.calls[first]?.cancellation.reason).toBeUndefined();
    expect(to.outcomes).toEqual([outcome]);
  });

  it.each([
    ['cannot be sent', unreachable()],
    ['is answered with a failure', answer(503)],
  ])('waits for the other copy when one %s', async (_name, ending) => {
    for (const [failed, other] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const to = start();
      const answered = to.ask();
      await vi.advanceTimersByTimeAsync(pauseMs);
      to.calls[failed]?.end(ending);
      await vi.advanceTimersByTimeAsync(10);
      to.calls[other]?.end(good);
      expect(await answered).toBe(good);
      expect(to.calls[other]?.cancellation.reason).toBeUndefined();
    }
  });

  it('ends as the last copy does when both fail', async () => {
    const to = start();
    const answered = to.ask();
    await vi.advanceTimersByTimeAsync(pauseMs);
    to.calls[0]?.end(unreachable());
    to.calls[1]?.end(answer(503));
    expect(await answered).toEqual(answer(503));
    expect(to.outcomes).toEqual([]);
  });

  it('sends no copy of what has failed already', async () => {
    const to = start();
    const answered = to.ask();
    to.calls[0]?.end(unreachable());
    expect(await answered).toMatchObject({ code: 'SUBGRAPH_UNREACHABLE' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(to.calls).toHaveLength(1);
  });

  it('cancels both copies as the call is cancelled', async () => {
    for (const isLate of [true, false]) {
      const to = start();
      const answered = to.ask();
      await vi.advanceTimersByTimeAsync(pauseMs);
      const reason = unreachable();
      if (isLate) to.cancellation.expire(reason);
      else to.cancellation.cancel(reason);
      expect(await answered).toBe(reason);
      expect(to.calls.map(({ cancellation }) => [cancellation.reason, cancellation.isLate])).toEqual([
        [reason, isLate],
        [reason, isLate],
      ]);
    }
  });

  it('sends no copy after the call was cancelled', async () => {
    const to = start();
    const answered = to.ask();
    to.cancellation.cancel(unreachable());
    await answered;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(to.calls).toHaveLength(1);
  });

  it('sends nothing twice but queries, nothing before it knows what is long, and nothing above what is allowed', async () => {
    for (const [to, request] of [
      [start(), mutation],
      [start({ isTold: false }), query],
      [start({ budget: new RepeatBudget(0.05, false, 0) }), query],
      [start({ admitRepeat: () => false }), query],
    ] as const) {
      const answered = to.ask(request);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(to.calls).toHaveLength(1);
      to.calls[0]?.end(good);
      expect(await answered).toBe(good);
    }
  });

  it('adds a twentieth of the load at most', async () => {
    const to = start({ budget: new RepeatBudget(0.05, false, 0) });
    for (let index = 0; index < 200; index++) {
      const from = to.calls.length;
      const answered = to.ask();
      await vi.advanceTimersByTimeAsync(10_000);
      to.calls[from]?.end(good);
      await answered;
    }
    expect(to.calls.length).toBeGreaterThan(200);
    expect(to.calls.length).toBeLessThanOrEqual(210);
  });

  it('judges each operation by itself once it knows enough of it', async () => {
    const to = start();
    const slow = { ...query, operation: toOperation('{ slow }') };
    for (let index = 0; index < 64; index++) {
      const from = to.calls.length;
      const answered = to.ask(slow);
      await vi.advanceTimersByTimeAsync(500);
      to.calls[from]?.end(good);
      await answered;
    }
    const from = to.calls.length;
    const answered = to.ask(slow);
    await vi.advanceTimersByTimeAsync(499);
    expect(to.calls).toHaveLength(from + 1);
    await vi.advanceTimersByTimeAsync(1);
    expect(to.calls).toHaveLength(from + 2);
    to.calls[from]?.end(good);
    await answered;
  });
});
