/** How many of the last answers are known. */
const known = 256;
/** Fewer say nothing. */
const least = 32;
/** After how many more answers the quantile is worked out anew. */
const every = 16;

/** The running quantile of the last durations. */
export class Latencies {
  readonly #share: number;
  readonly #last = new Float64Array(known);
  #count = 0;
  #quantileMs: number | undefined;

  /** `share` is the part of the answers that took no longer. */
  constructor(share: number) {
    this.#share = share;
  }

  /** `undefined` while too little is known. */
  get quantileMs(): number | undefined {
    return this.#quantileMs;
  }

  add(durationMs: number): void {
    this.#last[this.#count % known] = durationMs;
    this.#count += 1;
    if (this.#count < least || this.#count % every !== 0) return;
    const sorted = this.#last.slice(0, Math.min(this.#count, known)).sort();
    this.#quantileMs = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * this.#share))];
  }
}
