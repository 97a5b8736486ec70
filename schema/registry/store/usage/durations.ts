/** How many took how long, by `durationBucketOf`. */
export type Durations = Readonly<Record<string, number>>;

/** Both together. */
export function addDurations(a: Durations, b: Durations): Durations {
  const sum: Record<string, number> = { ...a };
  for (const [bucket, count] of Object.entries(b)) sum[bucket] = (sum[bucket] ?? 0) + count;
  return sum;
}
