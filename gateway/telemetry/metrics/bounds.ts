import { latencyBoundsMs } from '../../config/latency-bounds.ts';

/** Upper bounds of ranges, in seconds, of requests and fetches. */
export const requestBounds: readonly number[] = latencyBoundsMs.map((ms) => ms / 1_000);

/** Of the stages of a request, of which most take microseconds. */
export const stageBounds = [0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5] as const;

/** Of the pauses in which memory is freed. */
export const pauseBounds = [0.000_5, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1] as const;
