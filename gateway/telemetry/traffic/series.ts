import { codeLabel, isFailure } from './code-label.ts';
import { bucketOf, durationBuckets, quantileOf, withoutTail } from './durations.ts';
import { Ring } from './ring.ts';
import type { TrafficCounts, TrafficPoint } from './traffic.ts';

/** One request or fetch that ended. */
export interface Ended {
  readonly atMs: number;
  readonly durationMs: number;
  readonly errorCodes: readonly string[];
  readonly cost: number;
  readonly bytes: number;
}

/** What a slot of counts holds, by place. */
const places = { requests: 0, errors: 1, failures: 2, cost: 3, bytes: 4 } as const;
const width = Object.keys(places).length;
const durationSlotMs = 60_000;

/** What happened in the last hour to one operation, client or subgraph: 35 KB, and 4 KB more for each error code. */
export class Series {
  readonly #counts = new Ring({ slotMs: 10_000, slots: 361, width, of: Float64Array });
  readonly #durations = new Ring({ slotMs: durationSlotMs, slots: 61, width: durationBuckets, of: Uint32Array });
  readonly #codes = new Map<string, Ring>();

  add({ atMs, durationMs, errorCodes, cost, bytes }: Ended): void {
    this.#counts.add(atMs, places.requests);
    this.#durations.add(atMs, bucketOf(durationMs));
    if (cost > 0) this.#counts.add(atMs, places.cost, cost);
    if (bytes > 0) this.#counts.add(atMs, places.bytes, bytes);
    if (errorCodes.length > 0) this.#addErrors(atMs, errorCodes);
  }

  /** How many requests there were in the last `windowMs`. */
  requests(nowMs: number, windowMs: number): number {
    return this.#counts.sum(nowMs, windowMs)[places.requests] ?? 0;
  }

  /** Durations by bucket; of whole minutes, so that a short window is a little longer here. */
  durations(nowMs: number, windowMs: number): readonly number[] {
    return this.#durations.sum(nowMs, Math.max(windowMs, durationSlotMs));
  }

  read(nowMs: number, windowMs: number): TrafficCounts {
    const [requests = 0, errors = 0, failures = 0, cost = 0, bytes = 0] = this.#counts.sum(nowMs, windowMs);
    const codes: Record<string, number> = Object.create(null);
    for (const [code, ring] of this.#codes) {
      const [count = 0] = ring.sum(nowMs, windowMs);
      if (count > 0) codes[code] = count;
    }
    return toCounts({ requests, errors, failures, codes, cost, bytes, durations: this.durations(nowMs, windowMs) });
  }

  /** By ten seconds, oldest first, the present ones left out; durations are those of the whole minute. */
  timeline(nowMs: number, windowMs: number): readonly TrafficPoint[] {
    let minute: { readonly atMs: number; readonly timing: ReturnType<typeof toTiming> } | undefined;
    return this.#counts.past(nowMs, windowMs).map(({ atMs, values }) => {
      const minuteMs = atMs - (atMs % durationSlotMs);
      if (minute?.atMs !== minuteMs) {
        const counts = Array.from(this.#durations.at(atMs)?.values ?? []);
        minute = { atMs: minuteMs, timing: toTiming(counts) };
      }
      const [requests = 0, errors = 0, failures = 0] = Array.from(values);
      return { atMs, requests, errors, failures, ...minute.timing };
    });
  }

  #addErrors(atMs: number, errorCodes: readonly string[]): void {
    this.#counts.add(atMs, places.errors);
    if (errorCodes.some(isFailure)) this.#counts.add(atMs, places.failures);
    for (const code of errorCodes) {
      const label = codeLabel(code);
      let ring = this.#codes.get(label);
      if (ring === undefined) {
        ring = new Ring({ slotMs: 10_000, slots: 361, width: 1, of: Uint32Array });
        this.#codes.set(label, ring);
      }
      ring.add(atMs, 0);
    }
  }
}

/** Counts with what follows from their durations. */
export function toCounts(counts: Omit<TrafficCounts, 'p50Ms' | 'p95Ms' | 'p99Ms'>): TrafficCounts {
  const timing = toTiming(counts.durations);
  return { ...counts, ...timing, p95Ms: quantileOf(timing.durations, 0.95) };
}

/** What follows from how many took how long. */
export function toTiming(counts: readonly number[]): Pick<TrafficPoint, 'durations' | 'p50Ms' | 'p99Ms'> {
  const durations = withoutTail(counts);
  return { durations, p50Ms: quantileOf(durations, 0.5), p99Ms: quantileOf(durations, 0.99) };
}
