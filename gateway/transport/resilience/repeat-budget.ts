/** Most repeats that can be saved up: what one endpoint of several takes along when it dies, but no second load. */
const most = 20;
/** What there is before the first request. */
const first = 5;
/** What a subgraph that is asked little may have repeated, in a millisecond. */
const floorPerMs = 0.5 / 1_000;

/** Allows repeats of requests as a share of them, so that an outage is never multiplied. */
export class RepeatBudget {
  readonly #share: number;
  readonly #floorPerMs: number;
  #saved: number;
  #atMs: number;

  /** `hasFloor` lets a subgraph that is asked less than a few times a second have more than its share. */
  constructor(share: number, hasFloor: boolean, nowMs: number) {
    this.#share = share;
    this.#floorPerMs = hasFloor && share > 0 ? floorPerMs : 0;
    this.#saved = hasFloor && share > 0 ? first : 0;
    this.#atMs = nowMs;
  }

  /** Counts a request that is no repeat. */
  earn(nowMs: number): void {
    // The greater of the two and not their sum: the share is to hold wherever there is load.
    const earned = Math.max(this.#share, (nowMs - this.#atMs) * this.#floorPerMs);
    this.#atMs = nowMs;
    this.#saved = Math.min(most, this.#saved + earned);
  }

  /** Whether a repeat is allowed; then it counts. */
  spend(): boolean {
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    return true;
  }
}
