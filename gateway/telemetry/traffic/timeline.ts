import { isFailure } from './code-label.ts';
import { bucketOf, durationBuckets } from './durations.ts';
import { Ring } from './ring.ts';
import { type Ended, toTiming } from './series.ts';
import type { TrafficPoint } from './traffic.ts';

const minuteMs = 60_000;
/** Before the durations by bucket come how many requests, errors and failures there were. */
const countWidth = 3;
const width = countWidth + durationBuckets;

/** All requests by seconds, and by ten of them. */
export class Timeline {
  readonly #seconds = new Ring({ slotMs: 1_000, slots: 61, width, of: Uint32Array });
  readonly #tens = new Ring({ slotMs: 10_000, slots: 361, width, of: Uint32Array });

  add({ atMs, durationMs, errorCodes }: Ended): void {
    const bucket = countWidth + bucketOf(durationMs);
    for (const ring of [this.#seconds, this.#tens]) {
      ring.add(atMs, 0);
      ring.add(atMs, bucket);
      if (errorCodes.length > 0) ring.add(atMs, 1);
      if (errorCodes.some(isFailure)) ring.add(atMs, 2);
    }
  }

  read(nowMs: number, windowMs: number): readonly TrafficPoint[] {
    const ring = windowMs <= minuteMs ? this.#seconds : this.#tens;
    return ring.past(nowMs, windowMs).map(({ atMs, values }) => {
      const [requests = 0, errors = 0, failures = 0, ...counts] = Array.from(values);
      return { atMs, requests, errors, failures, ...toTiming(counts) };
    });
  }
}
