import { describe, expect, it } from 'vitest';
import { AdaptiveLimit } from '../../../../gateway/transport/resilience/adaptive-limit.ts';
import { Latencies } from '../../../../gateway/transport/resilience/latencies.ts';
import { RepeatBudget } from '../../../../gateway/transport/resilience/repeat-budget.ts';
import { parseRetryAfter } from '../../../../gateway/transport/resilience/retry-after.ts';

describe('RepeatBudget', () => {
  /** How many repeats of so many requests are allowed, each of which asks for one. */
  const repeats = (budget: RepeatBudget, requests: number, everyMs: number) => {
    let count = 0;
    for (let index = 1; index <= requests; index++) {
      budget.earn(index * everyMs);
      if (budget.spend()) count += 1;
    }
    return count;
  };

  it.each([
    [100, 15],
    [1_000, 105],
    [10_000, 1_005],
  ])('allows a tenth of %i requests, and five more at first', (requests, most) => {
    const allowed = repeats(new RepeatBudget(0.1, true, 0), requests, 5);
    // Tenths do not add up to the last one.
    expect([most - 1, most]).toContain(allowed);
  });

  it('saves up no more than twenty', () => {
    const budget = new RepeatBudget(0.1, true, 0);
    for (let index = 1; index <= 10_000; index++) budget.earn(index);
    expect(Array.from({ length: 30 }, () => budget.spend()).filter(Boolean)).toHaveLength(20);
  });

  it.each([
    ['all', () => true],
    ['half', (repeat: number) => repeat % 2 === 0],
  ])(
    'allows a tenth of the requests of an outage, whatever was saved before it, when %s of the repeats fail',
    (_name, isBad) => {
      const budget = new RepeatBudget(0.1, true, 0);
      for (let index = 1; index <= 1_000; index++) budget.earn(index * 10);
      const repeats: number[] = [];
      for (let index = 1; index <= 1_000; index++) {
        budget.earn(10_000 + index * 10);
        if (budget.spend()) repeats.push(index);
        // What becomes of a repeat is known three requests later.
        if (isBad(repeats.indexOf(index - 3)) && repeats.includes(index - 3)) budget.failed();
        if (index >= 100) expect(repeats.length).toBeLessThanOrEqual(index / 10);
      }
      expect(repeats.length).toBeGreaterThan(95);
    },
  );

  it('takes what fails a second later for another trouble, in which what was saved since does not count either', () => {
    const budget = new RepeatBudget(0.1, true, 0);
    const spendAll = () => Array.from({ length: 30 }, () => budget.spend()).filter(Boolean).length;
    for (let index = 1; index <= 1_000; index++) budget.earn(index);
    expect(spendAll()).toBe(20);
    budget.failed();
    // It owes what it took.
    for (let index = 1; index <= 210; index++) budget.earn(1_000 + index);
    expect(spendAll()).toBe(1);
    for (let index = 1; index <= 101; index++) budget.earn(1_500 + 10 * index);
    expect(budget.spend()).toBe(true);
    budget.failed();
    for (let index = 1; index <= 9; index++) budget.earn(2_520 + index);
    expect(spendAll()).toBe(0);
    for (let index = 1; index <= 12; index++) budget.earn(2_540 + index);
    expect(spendAll()).toBe(1);
  });

  it('allows a repeat every two seconds where there are few requests', () => {
    expect(repeats(new RepeatBudget(0.1, true, 0), 60, 1_000)).toBe(35);
  });

  it.each([
    [0.05, false, 5],
    [0, true, 0],
  ])('with a share of %f and a floor: %s allows %i of 100', (share, hasFloor, most) => {
    expect(repeats(new RepeatBudget(share, hasFloor, 0), 100, 1_000)).toBe(most);
  });
});

describe('Latencies', () => {
  it('says nothing before it knows enough, and then how long most of the last took', () => {
    const latencies = new Latencies(0.95);
    for (let ms = 1; ms < 32; ms++) latencies.add(ms);
    expect(latencies.quantileMs).toBeUndefined();
    for (let ms = 32; ms <= 100; ms++) latencies.add(ms);
    expect(latencies.quantileMs).toBe(92);
    for (let count = 0; count < 256; count++) latencies.add(5);
    expect(latencies.quantileMs).toBe(5);
  });
});

describe('AdaptiveLimit', () => {
  /** A service that answers so many calls at a time in 10 ms, and lets others wait. */
  const ask = (limit: AdaptiveLimit, capacity: number, samples: number, failed = 0) => {
    for (let index = 0; index < samples * 16; index++) {
      const inFlight = limit.limit;
      const outcome = index % 16 < failed ? 'failed' : 'answered';
      limit.note(10 * Math.max(1, inFlight / capacity), outcome, inFlight - 1);
    }
    return limit.limit;
  };

  it('shrinks to what a service takes without becoming slower, and grows again', () => {
    const limit = new AdaptiveLimit(200);
    expect(limit.limit).toBe(200);
    expect(ask(limit, 200, 50)).toBe(200);
    const found = ask(limit, 20, 60);
    expect(found).toBeGreaterThanOrEqual(15);
    expect(found).toBeLessThan(80);
    expect(ask(limit, 1_000, 300)).toBe(200);
  });

  it('shrinks when calls fail, but never to nothing', () => {
    const limit = new AdaptiveLimit(200);
    expect(ask(limit, 200, 200, 16)).toBeLessThan(20);
    expect(limit.limit).toBeGreaterThanOrEqual(4);
  });

  it('does not grow while nobody needs it, and does not count what was cancelled', () => {
    const limit = new AdaptiveLimit(200);
    ask(limit, 200, 20);
    const shrunk = ask(limit, 20, 60);
    for (let index = 0; index < 1_600; index++) limit.note(1, 'answered', 0);
    expect(limit.limit).toBe(shrunk);
    for (let index = 0; index < 1_600; index++) limit.note(60_000, 'cancelled', 199);
    expect(limit.limit).toBe(shrunk);
  });
});

describe('parseRetryAfter', () => {
  const epochMs = Date.UTC(2026, 0, 1);
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 5 ', 5_000],
    ['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
    ['Thu, 01 Jan 2015 00:00:10 GMT', 0],
    [undefined, undefined],
    ['', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['1'.repeat(50), undefined],
    ['x'.repeat(10_000), undefined],
  ])('takes %j for %j', (text, ms) => {
    expect(parseRetryAfter(text, epochMs)).toBe(ms);
  });
});
