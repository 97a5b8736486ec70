import { durationOfBucket } from '../../feed/duration-bucket.ts';
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

/** From when on a canary is worse. */
export interface CanaryRules {
  /** An operation that came less often to the canary says nothing. */
  readonly requestsLeast: number;
  /** By how much the share of answers with errors may be greater, from 0 to 1. */
  readonly errorMargin: number;
  /** By how much the 95th percentile may be longer: this many times, and so many milliseconds. */
  readonly slowRatio: number;
  readonly slowMarginMs: number;
  /** Fewer durations of an operation on either version say nothing of percentiles. */
  readonly durationsLeast: number;
  /** In standard deviations: what chance may do as well is not held against the canary. */
  readonly certainty: number;
}

/**
 * `worse`: beyond chance, on one operation at least. `doubtful`: it looks worse than the rules allow, and that may be chance. `few`: nothing
 * can be said of any operation.
 */
export type CanaryVerdict = JudgedOperation['verdict'];

/** What a canary is to be held for. */
export interface CanaryJudgement {
  readonly verdict: CanaryVerdict;
  /** Worst first, then by requests. */
  readonly operations: readonly JudgedOperation[];
}

/** 3 standard deviations: a verdict in seven hundred would be wrong, and the margins make it far fewer. */
export const defaultRules: CanaryRules = {
  requestsLeast: 10,
  errorMargin: 0.01,
  slowRatio: 1.5,
  slowMarginMs: 20,
  durationsLeast: 50,
  certainty: 3,
};

const slowShare = 0.05;
const severity: Readonly<Record<CanaryVerdict, number>> = { worse: 3, doubtful: 2, fine: 1, few: 0 };

/**
 * Compares a canary with the stable version by operation.
 *
 * Errors: it is worse when the least error rate that its figures allow (the lower Wilson bound) is above the greatest that those of the
 * stable version allow (the upper bound) plus `errorMargin`. Durations: "slow" is what takes longer than `slowRatio` times the stable
 * version's 95th percentile (its upper bound) plus `slowMarginMs`; it is worse when, beyond chance, more than 5 % are slow.
 *
 * An operation that the stable version had too few of is held against a longer time, and else its errors against those of all operations.
 * https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval
 */
export function judgeCanary({ canary, stable, before }: CanaryFigures, rules: CanaryRules): CanaryJudgement {
  const now = byOperation(stable);
  const long = byOperation(before);
  const all = [...long.values()].reduce(add, nothing);
  const operations = canary.map((figures) => {
    const { operation } = figures;
    const recent = now.get(operation) ?? nothing;
    const base = recent.count >= rules.durationsLeast ? recent : (long.get(operation) ?? recent);
    const found = judgeOperation(figures, base, base.count >= rules.requestsLeast ? base : all, rules);
    return { operation, ...found, stable: toSide(base), canary: toSide(figures) };
  });
  operations.sort((a, b) => severity[b.verdict] - severity[a.verdict] || b.canary.count - a.canary.count);
  return { verdict: operations[0]?.verdict ?? 'few', operations };
}

type Measured = Pick<OperationFigures, 'count' | 'errors' | 'durations'>;

const nothing: Measured = { count: 0, errors: 0, durations: {} };

function judgeOperation(
  canary: Measured,
  stable: Measured,
  errorsOf: Measured,
  rules: CanaryRules,
): Pick<JudgedOperation, 'verdict' | 'by'> {
  if (canary.count < rules.requestsLeast) return { verdict: 'few' };
  const errors = judgeErrors(canary, errorsOf, rules);
  if (errors === 'worse') return { verdict: errors, by: 'errors' };
  const durations = judgeDurations(canary, stable, rules);
  if (durations === 'worse') return { verdict: durations, by: 'p95' };
  if (errors === 'doubtful') return { verdict: errors, by: 'errors' };
  return durations === 'doubtful' ? { verdict: durations, by: 'p95' } : { verdict: 'fine' };
}

function judgeErrors(canary: Measured, stable: Measured, { errorMargin, certainty }: CanaryRules): CanaryVerdict {
  const [least] = boundsOf(canary.errors, canary.count, certainty);
  const [, most] = boundsOf(stable.errors, stable.count, certainty);
  if (least > most + errorMargin) return 'worse';
  const isWorse = rateOf(canary) > rateOf(stable) + errorMargin;
  return isWorse ? 'doubtful' : 'fine';
}

function judgeDurations(canary: Measured, stable: Measured, rules: CanaryRules): CanaryVerdict {
  const { durationsLeast, slowRatio, slowMarginMs, certainty } = rules;
  const count = countOf(canary.durations);
  const stableCount = countOf(stable.durations);
  if (count < durationsLeast || stableCount < durationsLeast) return 'few';
  const slowest = (share: number) => percentileOf(stable.durations, share) * slowRatio + slowMarginMs;
  const [, share] = boundsOf(stableCount * (1 - slowShare), stableCount, certainty);
  const [least] = boundsOf(countAbove(canary.durations, slowest(share)), count, certainty);
  if (least > slowShare) return 'worse';
  return percentileOf(canary.durations, 1 - slowShare) > slowest(1 - slowShare) ? 'doubtful' : 'fine';
}

/** Between which shares the true one is, when so many of `count` were found. */
function boundsOf(found: number, count: number, certainty: number): readonly [number, number] {
  if (count === 0) return [0, 1];
  const share = Math.min(found / count, 1);
  const square = certainty ** 2 / count;
  const middle = share + square / 2;
  const half = certainty * Math.sqrt((share * (1 - share)) / count + square / (4 * count));
  return [(middle - half) / (1 + square), (middle + half) / (1 + square)];
}

function rateOf({ errors, count }: Measured): number {
  return count === 0 ? 0 : errors / count;
}

function toSide(measured: Measured): JudgedOperation['stable'] {
  const { count, errors, durations } = measured;
  if (countOf(durations) === 0) return { count, errors };
  return { count, errors, p95: Math.round(percentileOf(durations, 1 - slowShare) * 10) / 10 };
}

function countOf(durations: Measured['durations']): number {
  return Object.values(durations).reduce((sum, count) => sum + count, 0);
}

function countAbove(durations: Measured['durations'], ms: number): number {
  const slow = Object.entries(durations).filter(([bucket]) => durationOfBucket(Number(bucket)) > ms);
  return slow.reduce((sum, [, count]) => sum + count, 0);
}

/** The duration, in milliseconds, that a share of all stay below; 0 without any. */
function percentileOf(durations: Measured['durations'], share: number): number {
  const buckets = Object.entries(durations)
    .map(([bucket, count]) => [Number(bucket), count] as const)
    .sort(([a], [b]) => a - b);
  let left = Math.ceil(countOf(durations) * share);
  for (const [bucket, count] of buckets) {
    left -= count;
    if (left <= 0) return durationOfBucket(bucket);
  }
  return 0;
}

function byOperation(figures: readonly OperationFigures[]): ReadonlyMap<string, Measured> {
  return new Map(figures.map((one) => [one.operation, one]));
}

/** Durations of different operations say nothing together. */
function add(sum: Measured, { count, errors }: Measured): Measured {
  return { count: sum.count + count, errors: sum.errors + errors, durations: {} };
}
