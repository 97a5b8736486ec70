/** How a fetch of a plan has done lately; times in milliseconds. */
export interface FetchTiming {
  readonly runs: number;
  /** Of all runs, those that were not answered, or with errors. */
  readonly failures: number;
  /** Median of when it began, since its plan did. */
  readonly startMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly mostMs: number;
}

/** The last runs that are remembered, a power of two. */
const runsKept = 32;

/** Remembers how long the last runs of a fetch took. */
export class FetchTimes {
  #starts: Float32Array | undefined;
  #durations: Float32Array | undefined;
  #runs = 0;
  #failures = 0;

  /** How often it was made. */
  get runs(): number {
    return this.#runs;
  }

  note(startMs: number, durationMs: number, hasFailed: boolean): void {
    this.#starts ??= new Float32Array(runsKept);
    this.#durations ??= new Float32Array(runsKept);
    const place = this.#runs & (runsKept - 1);
    this.#starts[place] = startMs;
    this.#durations[place] = durationMs;
    this.#runs += 1;
    if (hasFailed) this.#failures += 1;
  }

  /** What they came to; `undefined` when there was none. */
  read(): FetchTiming | undefined {
    if (this.#starts === undefined || this.#durations === undefined) return undefined;
    const count = Math.min(this.#runs, runsKept);
    const starts = this.#starts.slice(0, count).sort();
    const durations = this.#durations.slice(0, count).sort();
    return {
      runs: this.#runs,
      failures: this.#failures,
      startMs: at(starts, 0.5),
      p50Ms: at(durations, 0.5),
      p95Ms: at(durations, 0.95),
      mostMs: at(durations, 1),
    };
  }
}

function at(sorted: Float32Array, quantile: number): number {
  const value = sorted[Math.ceil(quantile * sorted.length) - 1] ?? 0;
  return Math.round(value * 1_000) / 1_000;
}
