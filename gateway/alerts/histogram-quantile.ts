/**
 * The value that a share `quantile` of what a histogram observed does not exceed, as Prometheus works it out: what is within a range is
 * taken to be spread over it evenly. `undefined` when nothing was observed.
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
export function quantileOf(quantile: number, counts: readonly number[], bounds: readonly number[]): number | undefined {
  const all = counts.reduce((sum, one) => sum + one, 0);
  if (all === 0) return undefined;
  let left = quantile * all;
  for (const [range, count] of counts.entries()) {
    const upper = bounds[range];
    if (upper === undefined) break;
    const lower = bounds[range - 1] ?? 0;
    if (left <= count && count > 0) return lower + ((upper - lower) * left) / count;
    left -= count;
  }
  return bounds.at(-1);
}
