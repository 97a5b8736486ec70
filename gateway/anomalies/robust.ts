/** The middle of some numbers; `undefined` of none. */
function medianOf(numbers: readonly number[]): number | undefined {
  const sorted = numbers.toSorted((one, other) => one - other);
  const half = sorted.length >> 1;
  const upper = sorted[half];
  if (upper === undefined || sorted.length % 2 === 1) return upper;
  return ((sorted[half - 1] ?? upper) + upper) / 2;
}

/** What is usual, and how far from it is usual. */
export interface Usual {
  readonly median: number;
  /** As the standard deviation would be if what is usual were spread as a normal distribution. */
  readonly spread: number;
}

/** Makes the median absolute deviation of a normal distribution its standard deviation. */
const madScale = 1.4826;

/** What is usual by what was; `undefined` when there is nothing to go by. */
export function usualOf(numbers: readonly number[]): Usual | undefined {
  const median = medianOf(numbers);
  if (median === undefined) return undefined;
  const deviation = medianOf(numbers.map((number) => Math.abs(number - median))) ?? 0;
  return { median, spread: madScale * deviation };
}

/**
 * How many deviations a count is above what is usual: `(x - median) / max(1.4826 * MAD, sqrt(median), median / 10, 1)`. Counts of
 * independent requests vary by the square root of what is expected, however even the weeks were, and nobody minds a tenth.
 */
export function scoreOf(count: number, { median, spread }: Usual): number {
  return (count - median) / Math.max(spread, Math.sqrt(median), median / 10, 1);
}
