const growth = Math.log(1.25);
const firstMs = 0.1;

/** How many buckets of durations there are. */
export const durationBuckets = 64;

/** The bucket of a duration: the first up to 0.1 ms, each other one a quarter above the one before, the last from 102 s on. */
export function bucketOf(ms: number): number {
  if (!(ms > firstMs)) return 0;
  return Math.min(Math.ceil(Math.log(ms / firstMs) / growth), durationBuckets - 1);
}

/** The duration that a share `quantile` of those counted by bucket did not exceed, in milliseconds; `undefined` of none. */
export function quantileOf(counts: readonly number[], quantile: number): number | undefined {
  const count = counts.reduce((sum, one) => sum + one, 0);
  if (count === 0) return undefined;
  let left = quantile * count;
  for (const [bucket, one] of counts.entries()) {
    // As if those of one bucket were spread over it evenly.
    if (left <= one) return firstMs * Math.exp((bucket - 1 + (one === 0 ? 1 : left / one)) * growth);
    left -= one;
  }
  return firstMs * Math.exp((counts.length - 1) * growth);
}

/** The counts up to the last one that is not 0. */
export function withoutTail(counts: readonly number[]): readonly number[] {
  return counts.slice(0, counts.findLastIndex((count) => count > 0) + 1);
}
