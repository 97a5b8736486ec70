import { codeLabel, isFailure } from './code-label.ts';
import { bucketOf, durationBuckets, quantileOf, withoutTail } from './durations.ts';
import { Ring } from './ring.ts';
import type { TrafficCounts } from './traffic.ts';

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

/** What happened in the last hour to one operation, client or subgraph: 35 KB, and 4 KB more for each error code. */
export class Series {
  readonly #counts = new Ring({ slotMs: 10_000, slots: 361, width, of: Float64Array });
  readonly #durations = new Ring({ slotMs: 60_000, slots: 61, width: durationBuckets, of: Uint32Array });
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
    return this.#durations.sum(nowMs, Math.max(windowMs, 60_000));
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
  const durations = withoutTail(counts.durations);
  return {
    ...counts,
    durations,
    p50Ms: quantileOf(durations, 0.5),
    p95Ms: quantileOf(durations, 0.95),
    p99Ms: quantileOf(durations, 0.99),
  };
}
