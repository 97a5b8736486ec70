/** Buckets grow by a tenth, so a percentile read from them is at most 5 % off. */
const growth = Math.log(1.1);

/** The bucket of a duration: the exponent of the nearest power of 1.1 milliseconds, between 0.1 ms and an hour. */
export function durationBucketOf(ms: number): number {
  return Math.round(Math.log(Math.min(Math.max(ms, 0.1), 3_600_000)) / growth);
}

/** The duration in the middle of a bucket, in milliseconds. */
export function durationOfBucket(bucket: number): number {
  return Math.exp(bucket * growth);
}
