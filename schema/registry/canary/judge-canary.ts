import { type JudgeRules, judgeFigures, type Measured, nothingMeasured, toSide } from '../../feed/judge-figures.ts';
import type { OperationFigures } from '../store/registry-store.ts';
import type { JudgedOperation } from './canary.ts';

/** What was measured. */
export interface CanaryFigures {
  /** Of the canary, of late. */
  readonly canary: readonly OperationFigures[];
  /** Of the stable version in the same time. */
  readonly stable: readonly OperationFigures[];
  /** Of the stable version over a longer time, for operations that it had few of. */
  readonly before: readonly OperationFigures[];
}

/** From when on a canary is worse; it is judged by operation. */
export type CanaryRules = JudgeRules;

/** That of its worst operation; `few` when nothing can be said of any. */
export type CanaryVerdict = JudgedOperation['verdict'];

/** What a canary is to be held for. */
export interface CanaryJudgement {
  readonly verdict: CanaryVerdict;
  /** Worst first, then by requests. */
  readonly operations: readonly JudgedOperation[];
}

const severity: Readonly<Record<CanaryVerdict, number>> = { worse: 3, doubtful: 2, fine: 1, few: 0 };

/**
 * Compares a canary with the stable version by operation. An operation that the stable version had too few of is held against a longer
 * time, and else its errors against those of all operations.
 */
export function judgeCanary({ canary, stable, before }: CanaryFigures, rules: CanaryRules): CanaryJudgement {
  const now = byOperation(stable);
  const long = byOperation(before);
  const all = [...long.values()].reduce(add, nothingMeasured);
  const operations = canary.map((figures) => {
    const { operation } = figures;
    const recent = now.get(operation) ?? nothingMeasured;
    const base = recent.count >= rules.durationsLeast ? recent : (long.get(operation) ?? recent);
    const found = judgeFigures(figures, base, rules, base.count >= rules.requestsLeast ? base : all);
    return { operation, ...found, stable: toSide(base), canary: toSide(figures) };
  });
  operations.sort((a, b) => severity[b.verdict] - severity[a.verdict] || b.canary.count - a.canary.count);
  return { verdict: operations[0]?.verdict ?? 'few', operations };
}

function byOperation(figures: readonly OperationFigures[]): ReadonlyMap<string, Measured> {
  return new Map(figures.map((one) => [one.operation, one]));
}

/** Durations of different operations say nothing together. */
function add(sum: Measured, { count, errors }: Measured): Measured {
  return { count: sum.count + count, errors: sum.errors + errors, durations: {} };
}
