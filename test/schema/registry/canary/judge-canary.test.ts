import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationBucketOf } from '../../../../schema/feed/duration-bucket.ts';
import { judgeCanary } from '../../../../schema/registry/canary/judge-canary.ts';
import { defaultSettings } from '../../../../schema/registry/default-settings.ts';
import type { OperationFigures } from '../../../../schema/registry/store/registry-store.ts';

/** So many answers that took so long, and errors among them. */
const figures = (count: number, errors = 0, ms = 10, operation = 'a'): OperationFigures => ({
  ...{ operation, version: 1, count, errors },
  durations: { [durationBucketOf(ms)]: count },
});
const judge = (
  canary: readonly OperationFigures[],
  stable: readonly OperationFigures[],
  before: readonly OperationFigures[] = stable,
) => judgeCanary({ canary, stable, before }, defaultSettings.canary);

const operation = fc.record({
  operation: fc.constantFrom('a', 'b', 'c', 'd'),
  count: fc.integer({ min: 1, max: 100_000 }),
  errorShare: fc.double({ min: 0, max: 1, noNaN: true }),
  buckets: fc.array(fc.tuple(fc.integer({ min: 0, max: 150 }), fc.integer({ min: 1, max: 100 })), { maxLength: 10 }),
});
const anyFigures = fc.uniqueArray(operation, { selector: (one) => one.operation, maxLength: 4 }).map((all) =>
  all.map(({ operation, count, errorShare, buckets }): OperationFigures => {
    const durations = Object.fromEntries(buckets);
    return { operation, version: 1, count, errors: Math.floor(count * errorShare), durations };
  }),
);

describe('judgeCanary', () => {
  it.each([
    ['nothing, without figures', judge([], [figures(1_000)]), 'few', undefined],
    ['nothing of less than ten requests', judge([figures(9, 9)], [figures(1_000)]), 'few', undefined],
    ['fine, of answers like those before', judge([figures(100, 1)], [figures(1_000, 10)]), 'fine', undefined],
    ['worse, where all answers are errors', judge([figures(10, 10)], [figures(100)]), 'worse', 'errors'],
    ['worse, of a few errors among many', judge([figures(5_000, 200)], [figures(5_000, 5)]), 'worse', 'errors'],
    ['doubtful, of two errors that may be chance', judge([figures(20, 2)], [figures(400)]), 'doubtful', 'errors'],
    ['fine, of fewer errors than before', judge([figures(100)], [figures(100, 50)]), 'fine', undefined],
    [
      'worse, of answers that take twice as long',
      judge([figures(100, 0, 200)], [figures(100, 0, 100)]),
      'worse',
      'p95',
    ],
    ['fine, of some milliseconds more', judge([figures(100, 0, 18)], [figures(100, 0, 2)]), 'fine', undefined],
    ['nothing of few durations', judge([figures(40, 0, 900)], [figures(400, 0, 2)]), 'fine', undefined],
    [
      'an outage that both have',
      judge([figures(100, 90)], [figures(100, 90)], [figures(100_000, 0)]),
      'fine',
      undefined,
    ],
    ['the time before, where nobody is left', judge([figures(100, 90)], [], [figures(9_000, 9)]), 'worse', 'errors'],
    ['all operations, for a new one', judge([figures(50, 50, 1, 'b')], [figures(500, 1)]), 'worse', 'errors'],
    ['doubtful, of errors with nothing to compare with', judge([figures(50, 50)], []), 'doubtful', 'errors'],
  ] as const)('says %s', (_name, { verdict, operations }, expected, by) => {
    expect(verdict).toBe(expected);
    expect(operations[0]?.by).toBe(by);
  });

  it('puts the worst operation first', () => {
    const { operations } = judge(
      [figures(900, 0, 10, 'a'), figures(90, 90, 10, 'b'), figures(5, 5, 10, 'c')],
      [figures(900, 0, 10, 'a'), figures(90, 0, 10, 'b')],
    );
    expect(operations.map((one) => `${one.operation} ${one.verdict}`)).toEqual(['b worse', 'a fine', 'c few']);
    expect(operations[0]).toMatchObject({ stable: { count: 90, errors: 0, p95: 9.8 }, canary: { errors: 90 } });
  });

  it('never finds worse what is the same on both', () => {
    fc.assert(
      fc.property(anyFigures, (same) => {
        expect(['few', 'fine']).toContain(judge(same, same).verdict);
      }),
    );
  });

  it('always finds worse what is clearly so, whatever else there is', () => {
    const factor = fc.integer({ min: 3, max: 20 });
    fc.assert(
      fc.property(
        anyFigures,
        fc.integer({ min: 50, max: 5_000 }),
        factor,
        fc.boolean(),
        (others, count, by, isSlow) => {
          const stable = figures(count, Math.floor(count / 20), 100, 'bad');
          const canary = isSlow
            ? { ...stable, durations: figures(count, 0, 100 * by).durations }
            : figures(count, count, 100, 'bad');
          const { verdict, operations } = judge([...others, canary], [...others, stable]);
          expect([verdict, operations.find((one) => one.operation === 'bad')?.verdict]).toEqual(['worse', 'worse']);
        },
      ),
    );
  });
});
