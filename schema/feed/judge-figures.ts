import { durationOfBucket } from './duration-bucket.ts';

/** What was measured of answers. */
export interface Measured {
  readonly count: number;
  /** Those with errors. */
  readonly errors: number;
  /** How many there are in each bucket of durations; there may be fewer than answers. */
  readonly durations: Readonly<Record<string, number>>;
}

/** From when on what is tried is worse than what is stable. */
export interface JudgeRules {
  /** Fewer answers of what is tried say nothing. */
  readonly requestsLeast: number;
  /** By how much the share of answers with errors may be greater, from 0 to 1. */
  readonly errorMargin: number;
  /** The share of answers with errors that is too much, whatever that of the stable one. Default: none. */
  readonly errorsMost?: number | undefined;
  /** By how much the 95th percentile may be longer: this many times, and so many milliseconds. */
  readonly slowRatio: number;
  readonly slowMarginMs: number;
  /** Fewer durations on either side say nothing of percentiles. */
  readonly durationsLeast: number;
  /** In standard deviations: what chance may do as well is not held against what is tried. */
  readonly certainty: number;
}

/**
 * `worse`: beyond chance. `doubtful`: it looks worse than the rules allow, and that may be chance. `few`: nothing can be said.
 */
type Verdict = 'few' | 'fine' | 'doubtful' | 'worse';

/** A verdict, and what is worse or may be. */
export interface Judged {
  readonly verdict: Verdict;
  readonly by?: 'errors' | 'p95';
}

export const nothingMeasured: Measured = { count: 0, errors: 0, durations: {} };

const slowShare = 0.05;

/**
 * Compares what is tried with what is stable; errors may be held against another measurement than durations.
 *
 * Errors: it is worse when the least error rate that its figures allow (the lower Wilson bound) is above the greatest that those of the
 * stable one allow (the upper bound) plus `errorMargin`. Durations: "slow" is what takes longer than `slowRatio` times the stable one's
 * 95th percentile (its upper bound) plus `slowMarginMs`; it is worse when, beyond chance, more than 5 % are slow.
 * https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval
 */
export function judgeFigures(
  tried: Measured,
  stable: Measured,
  rules: JudgeRules,
  errorsOf: Measured = stable,
): Judged {
  if (tried.count < rules.requestsLeast) return { verdict: 'few' };
  const errors = judgeErrors(tried, errorsOf, rules);
  if (errors === 'worse') return { verdict: errors, by: 'errors' };
  const durations = judgeDurations(tried, stable, rules);
  if (durations === 'worse') return { verdict: durations, by: 'p95' };
  if (errors === 'doubtful') return { verdict: errors, by: 'errors' };
  return durations === 'doubtful' ? { verdict: durations, by: 'p95' } : { verdict: 'fine' };
}

/** What people are told of a measurement; the 95th percentile in milliseconds, missing without durations. */
export function toSide({ count, errors, durations }: Measured): {
  readonly count: number;
  readonly errors: number;
  readonly p95?: number;
} {
  if (countOf(durations) === 0) return { count, errors };
  return { count, errors, p95: Math.round(percentileOf(durations, 1 - slowShare) * 10) / 10 };
}

function judgeErrors(tried: Measured, stable: Measured, rules: JudgeRules): Verdict {
  const { errorMargin, errorsMost = 1, certainty } = rules;
  const [least] = boundsOf(tried.errors, tried.count, certainty);
  const [, most] = boundsOf(stable.errors, stable.count, certainty);
  if (least > Math.min(most + errorMargin, errorsMost)) return 'worse';
  const isWorse = rateOf(tried) > Math.min(rateOf(stable) + errorMargin, errorsMost);
  return isWorse ? 'doubtful' : 'fine';
}

function judgeDurations(tried: Measured, stable: Measured, rules: JudgeRules): Verdict {
  const { durationsLeast, slowRatio, slowMarginMs, certainty } = rules;
  const count = countOf(tried.durations);
  const stableCount = countOf(stable.durations);
  if (count < durationsLeast || stableCount < durationsLeast) return 'few';
  const slowest = (share: number) => percentileOf(stable.durations, share) * slowRatio + slowMarginMs;
  const [, share] = boundsOf(stableCount * (1 - slowShare), stableCount, certainty);
  const [least] = boundsOf(countAbove(tried.durations, slowest(share)), count, certainty);
  if (least > slowShare) return 'worse';
  return percentileOf(tried.durations, 1 - slowShare) > slowest(1 - slowShare) ? 'doubtful' : 'fine';
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
