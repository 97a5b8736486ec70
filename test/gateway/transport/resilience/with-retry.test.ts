import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { allRetries } from '../../../../gateway/config/resilience.ts';
import type { OutgoingRequest } from '../../../../gateway/transport/call.ts';
import { RepeatBudget } from '../../../../gateway/transport/resilience/repeat-budget.ts';
import { withRetry } from '../../../../gateway/transport/resilience/with-retry.ts';
import { subgraphFault } from '../../../../gateway/transport/subgraph-fault.ts';
import {
  answer,
  brokenOff,
  type Ending,
  fakeCalls,
  fakeEndpoint,
  good,
  httpError,
  mutation,
  query,
  timedOut,
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
  readonly retries?: object;
  readonly endpoints?: number;
  readonly budget?: RepeatBudget;
  readonly admitRepeat?: () => boolean;
}

function start(
  endings: readonly Ending[],
  { retries = {}, endpoints = 1, budget, admitRepeat = () => true }: Options = {},
) {
  const { call, calls } = fakeCalls(...endings);
  const outcomes: string[] = [];
  const places = Array.from({ length: endpoints }, (_, index) => fakeEndpoint(`place-${index}`));
  const ask: typeof call = (request, cancellation) => {
    cancellation.asked.push(places[calls.length % endpoints] ?? fakeEndpoint('none'));
    return call(request, cancellation);
  };
  const retry = withRetry(ask, {
    subgraph: 'products',
    retries: allRetries.parse(retries),
    budget: budget ?? new RepeatBudget(1, true, 0),
    admitRepeat,
    countEndpoints: () => endpoints,
    now: () => performance.now(),
    random: () => 0.5,
    onRetry: (outcome) => outcomes.push(outcome),
  });
  const cancellation = wanted(performance.now() + 10_000);
  return {
    calls,
    outcomes,
    cancellation,
    ask: (request: OutgoingRequest = query) => {
      const outcome = retry(request, cancellation).catch((error: unknown) => error);
      return outcome;
    },
  };
}

/** How often a request was sent, and what it came to, however long that took. */
async function run(request: OutgoingRequest, endings: readonly Ending[], options?: Options) {
  const to = start(endings, options);
  const outcome = to.ask(request);
  await vi.runAllTimersAsync();
  return { sent: to.calls.length, outcome: await outcome, outcomes: to.outcomes };
}

describe('withRetry', () => {
  it.each<[string, Ending]>([
    ['cannot be sent', unreachable()],
    ['breaks off', brokenOff()],
    ['is answered with 502', httpError(502)],
    ['is answered with 503', httpError(503)],
    ['is answered with 504, in a way that is read further on', answer(504)],
    ['is answered with 429 and Retry-After', httpError(429, '1')],
    ['is answered with 503 and Retry-After', answer(503, { 'retry-after': '1' })],
  ])('sends a query again that %s', async (_name, ending) => {
    expect(await run(query, [ending, good])).toEqual({ sent: 2, outcome: good, outcomes: ['sent'] });
    const last = unreachable();
    expect(await run(query, [ending, last])).toEqual({ sent: 2, outcome: last, outcomes: ['sent'] });
  });

  it.each<[string, Ending]>([
    ['is answered', good],
    ['is refused', answer(404)],
    ['is refused with a status that says no more', httpError(400)],
    ['is answered with 500', httpError(500)],
    ['is answered with 429 without Retry-After', answer(429)],
    ['is to be sent again too late', httpError(503, '3')],
    ['has an answer that cannot be read', unreadable()],
    ['runs into a fault', new TypeError('fault')],
  ])('does not send a query again that %s', async (_name, ending) => {
    expect(await run(query, [ending])).toEqual({ sent: 1, outcome: ending, outcomes: [] });
  });

  it('sends nothing again but queries, and mutations that say that they may be repeated where that is allowed', async () => {
    const keyed: OutgoingRequest = { ...mutation, headers: ['accept', 'idempotency-key', 'idempotency-key', 'a'] };
    const named: OutgoingRequest = { ...mutation, headers: ['accept', 'idempotency-key'] };
    const retries = { mutations: true };
    const sent = async (request: OutgoingRequest, options?: Options) =>
      (await run(request, [unreachable(), good], options)).sent;
    expect(await sent(mutation)).toBe(1);
    expect(await sent(keyed)).toBe(1);
    expect(await sent(mutation, { retries })).toBe(1);
    expect(await sent(named, { retries })).toBe(1);
    expect(await sent({ ...query, kind: 'subscription' }, { retries })).toBe(1);
    expect(await sent(keyed, { retries })).toBe(2);
  });

  it('tells what came of the attempt that may have done a mutation, when a later one cannot even be sent', async () => {
    const keyed: OutgoingRequest = { ...mutation, headers: ['idempotency-key', 'a'] };
    const refused = subgraphFault('SUBGRAPH_UNREACHABLE', 'products', { code: 'ECONNREFUSED' });
    const options = { retries: { mutations: true, attempts: 3 } };
    const outcomeOf = async (...endings: Ending[]) => (await run(keyed, endings, options)).outcome;
    const reset = unreachable();
    const crashed = answer(503);
    expect(await outcomeOf(refused, reset, refused)).toBe(reset);
    expect(await outcomeOf(crashed, refused, refused)).toBe(crashed);
    expect(await outcomeOf(crashed, reset, reset)).toBe(reset);
    expect(await outcomeOf(refused, refused, refused)).toBe(refused);
    expect(await outcomeOf(reset, refused, good)).toBe(good);
  });

  it('waits twice as long each time, half of it by chance here, and never longer than it may', async () => {
    const retries = { attempts: 5, backoff: '100ms', maxBackoff: '300ms' };
    const to = start([unreachable(), unreachable(), unreachable(), unreachable(), good], { retries });
    const outcome = to.ask();
    for (const [pauseMs, sent] of [
      [0, 1],
      [49, 1],
      [1, 2],
      [99, 2],
      [1, 3],
      [149, 3],
      [1, 4],
      [149, 4],
      [1, 5],
    ] as const) {
      await vi.advanceTimersByTimeAsync(pauseMs);
      expect(to.calls).toHaveLength(sent);
    }
    expect(await outcome).toBe(good);
  });

  it('waits for as long as Retry-After says', async () => {
    const to = start([httpError(503, '2'), good], { retries: { backoff: '100ms' } });
    const outcome = to.ask();
    await vi.advanceTimersByTimeAsync(2_049);
    expect(to.calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcome).toBe(good);
  });

  it('asks another endpoint at once, and waits when all were asked', async () => {
    const to = start([httpError(503, '2'), unreachable(), good], { endpoints: 2, retries: { attempts: 3 } });
    const outcome = to.ask();
    await vi.advanceTimersByTimeAsync(0);
    expect(to.calls).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(49);
    expect(to.calls).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcome).toBe(good);
  });

  it('does not ask another endpoint for who has asked too much', async () => {
    const to = start([httpError(429, '1'), good], { endpoints: 2 });
    const outcome = to.ask();
    await vi.advanceTimersByTimeAsync(999);
    expect(to.calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(await outcome).toBe(good);
  });

  it.each<[string, Options, number]>([
    ['an equal part of the time that is left where there are more endpoints', { endpoints: 2 }, 5_000],
    ['as long as is configured', { endpoints: 2, retries: { attemptTimeout: '1s' } }, 1_000],
    ['as long as is configured with one endpoint too', { retries: { attemptTimeout: '2s', backoff: '0ms' } }, 2_000],
  ])('gives an attempt %s, and the last one all that is left', async (_name, options, attemptMs) => {
    const to = start([], options);
    const outcome = to.ask();
    await vi.advanceTimersByTimeAsync(attemptMs - 1);
    expect(to.calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(to.calls.map(({ cancellation }) => cancellation.isLate)).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(9_000 - attemptMs);
    to.calls[1]?.end(good);
    expect(await outcome).toBe(good);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives the only endpoint all the time, and sends nothing again when that is up', async () => {
    const to = start([]);
    const outcome = to.ask();
    await vi.advanceTimersByTimeAsync(9_999);
    to.cancellation.expire(timedOut());
    expect(await outcome).toMatchObject({ code: 'SUBGRAPH_TIMEOUT' });
    expect(to.calls).toHaveLength(1);
  });

  it('cancels the attempt under way when nobody waits for the answer any longer', async () => {
    const to = start([], { endpoints: 2 });
    const outcome = to.ask();
    const left = new Error('left');
    to.cancellation.cancel(left);
    expect(await outcome).toBe(left);
    expect(to.calls.map(({ cancellation }) => cancellation.reason)).toEqual([left]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sends nothing again for which there would be no time left', async () => {
    const to = start([httpError(503, '1')]);
    to.cancellation.deadlineMs = performance.now() + 1_000;
    expect(await to.ask()).toMatchObject({ code: 'SUBGRAPH_HTTP_ERROR' });
    expect(to.calls).toHaveLength(1);
  });

  it('stops waiting when nobody waits for the answer any longer', async () => {
    const to = start([httpError(503, '1'), good]);
    const outcome = to.ask();
    await vi.advanceTimersByTimeAsync(500);
    const left = new Error('left');
    to.cancellation.cancel(left);
    expect(await outcome).toBe(left);
    expect(vi.getTimerCount()).toBe(0);
    expect(to.calls).toHaveLength(1);
  });

  it('sends a query that was cancelled no second time', async () => {
    const to = start([]);
    const outcome = to.ask();
    to.cancellation.cancel(unreachable());
    expect(await outcome).toMatchObject({ code: 'SUBGRAPH_UNREACHABLE' });
    expect([to.calls.length, to.outcomes]).toEqual([1, []]);
  });

  it('asks one endpoint after the other, whatever the budget, when it is to find out whether one of them is well', async () => {
    const options = { endpoints: 4, budget: new RepeatBudget(0, true, 0) };
    const probe = start([unreachable(), unreachable(), unreachable(), good], options);
    probe.cancellation.isProbe = true;
    expect(await probe.ask()).toBe(good);
    expect(new Set(probe.cancellation.asked).size).toBe(4);
    const hopeless = start(Array.from({ length: 30 }, unreachable), { ...options, endpoints: 20 });
    hopeless.cancellation.isProbe = true;
    expect(await hopeless.ask()).toMatchObject({ code: 'SUBGRAPH_UNREACHABLE' });
    expect(hopeless.calls).toHaveLength(10);
    expect((await run(query, [unreachable(), good], options)).sent).toBe(1);
  });

  it('keeps to the budget, and to how many requests may go out', async () => {
    const budget = new RepeatBudget(0.1, true, 0);
    let sent = 0;
    for (let index = 0; index < 200; index++) {
      const endings = [unreachable(), unreachable()];
      sent += (await run(index % 2 === 0 ? query : mutation, endings, { budget })).sent;
    }
    // All of them fail, so that nothing counts that was saved before.
    expect(sent - 200).toBeLessThanOrEqual(20);
    expect(sent - 200).toBeGreaterThanOrEqual(18);
    expect((await run(query, [unreachable()], { admitRepeat: () => false })).outcomes).toEqual(['over_budget']);
  });
});
