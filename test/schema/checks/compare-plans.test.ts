import { describe, expect, it } from 'vitest';
import {
  comparePlans,
  type PlanFacts,
  type PlannedOperation,
  type PlanOutcome,
  type PlanRules,
} from '../../../schema/checks/compare-plans.ts';

const operation: PlannedOperation = { hash: 'h', name: 'GetUser', text: '{ user { id } }', count: 7 };
const before: PlanFacts = { fetches: 4, waves: 2, cost: 100 };

const planned = (facts: Partial<PlanFacts>): PlanOutcome => ({ kind: 'planned', facts: { ...before, ...facts } });
const invalid: PlanOutcome = { kind: 'failed', message: 'Cannot query field "id" on type "User".' };

function compare(after: PlanOutcome, rules?: PlanRules) {
  return comparePlans(
    [operation],
    () => planned({}),
    () => after,
    rules,
  );
}

describe('plans on two compositions', () => {
  it('are no finding when they take as much or less, or when there was no plan before', () => {
    expect(compare(planned({}))).toEqual([]);
    expect(compare(planned({ fetches: 3, cost: 0 }))).toEqual([]);
    const never = () => {
      throw new Error('planned what did not run before');
    };
    expect(comparePlans([operation], () => invalid, never)).toEqual([]);
  });

  it('are shown with their figures when they take more', () => {
    const [finding] = compare(planned({ fetches: 6, waves: 3, cost: 90 }));
    expect(finding).toEqual({
      id: expect.stringMatching(/^[\da-f]{12}$/),
      kind: 'costlier',
      hash: 'h',
      name: 'GetUser',
      count: 7,
      before,
      after: { fetches: 6, waves: 3, cost: 90 },
      verdict: 'pass',
      reason: 'Requests to subgraphs rose from 4 to 6, waves of requests rose from 2 to 3: as much as is allowed.',
      approvedBy: [],
    });
  });

  it.each<[after: Partial<PlanFacts>, limits: PlanRules['limits'], verdict: string]>([
    [{ fetches: 6 }, { fetches: { by: 2 } }, 'pass'],
    [{ fetches: 7 }, { fetches: { by: 2 } }, 'fail'],
    [{ fetches: 6 }, { fetches: { percent: 50 } }, 'pass'],
    [{ fetches: 7 }, { fetches: { percent: 50, by: 10 } }, 'fail'],
    [{ fetches: 7 }, { waves: { by: 0 }, cost: { by: 0 } }, 'pass'],
    [{ waves: 3 }, { waves: { by: 0 } }, 'fail'],
    [{ cost: 101 }, { cost: { percent: 1 } }, 'pass'],
    [{ cost: 101.5 }, { cost: { percent: 1 } }, 'fail'],
  ])('that rise to %o within %o: %s', (after, limits, verdict) => {
    expect(compare(planned(after), limits && { limits })).toMatchObject([{ verdict }]);
  });

  it('fail at any share of nothing', () => {
    const limits = { fetches: { percent: 1_000 }, cost: {} };
    const [finding] = comparePlans(
      [operation],
      () => planned({ fetches: 0, cost: 0 }),
      () => planned({ fetches: 1, cost: 1 }),
      { limits },
    );
    expect(finding?.verdict).toBe('fail');
    expect(finding?.reason).toBe('Requests to subgraphs rose from 0 to 1: more than is allowed.');
  });

  it('fail for an operation that runs no more, unless it is excused or approved', () => {
    const [finding] = compare(invalid);
    expect(finding).toMatchObject({ kind: 'invalid', verdict: 'fail', reason: invalid.message, after: undefined });
    expect(compare(invalid, { excused: new Set(['h']) })).toMatchObject([
      { verdict: 'pass', reason: `Broken by a change that passed: ${invalid.message}` },
    ]);
    const approvals = new Map([[finding?.id ?? '', ['ann']]]);
    expect(compare(invalid, { approvals })).toMatchObject([{ verdict: 'pass', approvedBy: ['ann'] }]);
    expect(compare(invalid, { approvals, approvalsMin: 2 })).toMatchObject([{ verdict: 'fail', approvedBy: ['ann'] }]);
    expect(compare(invalid, { excused: new Set(['other']) })).toMatchObject([{ verdict: 'fail' }]);
  });

  it('have ids by operation and figures, and come in the order of the operations', () => {
    const operations = ['a', 'b', 'c'].map((hash) => ({ ...operation, hash }));
    const all = (rise: number) =>
      comparePlans(
        operations,
        () => planned({}),
        () => planned({ fetches: 4 + rise }),
      );
    expect(all(1).map(({ hash }) => hash)).toEqual(['a', 'b', 'c']);
    expect(all(1)).toEqual(all(1));
    expect(new Set([...all(1), ...all(2)].map(({ id }) => id)).size).toBe(6);
  });
});
