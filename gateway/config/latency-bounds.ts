/** The durations, in milliseconds, that counts of requests and fetches tell apart: from what a cache answers in to what nobody waits for. */
export const latencyBoundsMs = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const;
