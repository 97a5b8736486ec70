import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Debit, Limit } from '../../../gateway/store/bucket.ts';
import { MemoryLimitStore } from '../../../gateway/store/memory-limit-store.ts';
import { ReferenceBuckets } from './reference-bucket.ts';

function createStore(bucketsMax = 1_000) {
  const clock = { ms: 1_700_000_000_000 };
  return { clock, store: new MemoryLimitStore({ now: () => clock.ms, bucketsMax }) };
}

const perMinute = (amount: number, burst = amount): Limit => ({ name: `${amount}`, amount, periodMs: 60_000, burst });
const debit = (limit: Limit, subject = 'a', amount = 1): Debit => ({ limit, subject, amount });

/** How often the store takes the debits, one after the other, before it refuses. */
function takeAll(store: MemoryLimitStore, debits: readonly Debit[]): number {
  let count = 0;
  while (store.take(debits).kind === 'taken') count++;
  return count;
}

const limits = fc
  .array(
    fc.record({
      amount: fc.integer({ min: 1, max: 50 }),
      periodMs: fc.constantFrom(1_000, 60_000),
      burst: fc.integer({ min: 1, max: 20 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((list) => list.map((limit, index): Limit => ({ ...limit, name: `limit ${index}` })));

describe('MemoryLimitStore', () => {
  it('decides as the generic cell rate algorithm does, over any limits, amounts and times', () => {
    const step = fc.record({
      waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30_000 })),
      uses: fc.array(fc.tuple(fc.nat(3), fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 8 })), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(limits, fc.array(step, { maxLength: 60 }), (those, steps) => {
        const { store, clock } = createStore();
        const reference = new ReferenceBuckets();
        for (const { waitMs, uses } of steps) {
          clock.ms += waitMs;
          // At most one debit of each limit, as rules of one request are.
          const debits = [...new Map(uses.map((use) => [use[0], use])).values()].flatMap(([index, subject, amount]) => {
            const limit = those[index];
            return limit === undefined ? [] : [{ limit, subject, amount }];
          });
          expect(store.take(debits).kind === 'taken').toBe(reference.take(debits, clock.ms));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('tells what is left, when all is there again, and how long to wait, and waiting so long suffices', () => {
    const { store, clock } = createStore();
    const limit = perMinute(7);
    expect(store.take([debit(limit, 'a', 5)])).toMatchObject({ states: [{ remaining: 2, waitMs: 0 }] });
    const refused = store.take([debit(limit, 'a', 3)]);
    const waitMs = Math.ceil(60_000 / 7);
    const emptyAfterMs = Math.ceil((5 * 60_000) / 7);
    expect(refused).toEqual({ kind: 'refused', states: [{ remaining: 2, emptyAfterMs, waitMs }] });
    clock.ms += waitMs - 1;
    expect(store.take([debit(limit, 'a', 3)]).kind).toBe('refused');
    clock.ms += 1;
    expect(store.take([debit(limit, 'a', 3)]).kind).toBe('taken');
  });

  it('uses all limits or none of them', () => {
    const { store } = createStore();
    const wide = perMinute(10);
    const narrow = perMinute(3);
    expect(takeAll(store, [debit(wide), debit(narrow)])).toBe(3);
    expect(takeAll(store, [debit(wide)])).toBe(7);
  });

  it('lets nobody wait for a clock that went back', () => {
    const { store, clock } = createStore();
    clock.ms += 3_600_000;
    expect(takeAll(store, [debit(perMinute(5))])).toBe(5);
    clock.ms -= 3_600_000;
    expect(store.take([debit(perMinute(5))]).kind).toBe('refused');
    clock.ms += 12_000;
    expect(takeAll(store, [debit(perMinute(5))])).toBe(1);
  });

  it('gives back and adds whatever the limit says, and never below nothing', () => {
    const { store } = createStore();
    const limit = perMinute(10);
    const correct = (amount: number, by: number) => {
      const taken = store.take([debit(limit, 'a', amount)]);
      if (taken.kind === 'taken') taken.correct([by]);
    };
    correct(6, -4);
    expect(store.take([debit(limit, 'a', 0)])).toMatchObject({ states: [{ remaining: 8 }] });
    correct(1, -100);
    expect(store.take([debit(limit, 'a', 0)])).toMatchObject({ states: [{ remaining: 10 }] });
    correct(1, 24);
    expect(store.take([debit(limit)])).toMatchObject({ kind: 'refused', states: [{ remaining: 0, waitMs: 96_000 }] });
  });

  it('keeps no more buckets than it may, those of who asks most and of other limits among them', () => {
    const { store } = createStore(100);
    const other = perMinute(2);
    const flooded = perMinute(1);
    expect(takeAll(store, [debit(other, 'quiet')])).toBe(2);
    expect(takeAll(store, [debit(flooded, 'forgotten')])).toBe(1);
    expect(takeAll(store, [debit(flooded, 'busy')])).toBe(1);
    for (let index = 0; index < 1_000; index++) {
      store.take([debit(flooded, `visitor ${index}`)]);
      if (index % 40 === 0) expect(store.take([debit(flooded, 'busy')]).kind).toBe('refused');
    }
    expect(store.take([debit(other, 'quiet')]).kind).toBe('refused');
    expect(store.take([debit(flooded, 'forgotten')]).kind).toBe('taken');
  });
});
