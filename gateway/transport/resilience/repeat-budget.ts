/** Most repeats that can be saved up: what one endpoint of several takes along when it dies, but no second load. */
const most = 20;
/** What there is before the first request. */
const first = 5;
/** What a subgraph that is asked little may have repeated, in a millisecond. */
const floorPerMs = 0.5 / 1_000;
/** When nothing had to be repeated for so long, the next trouble is another one. */
const calmMs = 1_000;

/** Allows repeats of requests as a share of them, so that an outage is never multiplied. */
export class RepeatBudget {
  readonly #share: number;
  readonly #floorPerMs: number;
  /** Less than nothing where more was repeated in an outage than its requests have earned so far. */
  #saved: number;
  /** What there was before the first repeat of a trouble; `undefined` while there is none. */
  #savedBefore: number | undefined;
  /** When there was the last request, and when the last one that was to be repeated. */
  #atMs: number;
  #spentAtMs = Number.NEGATIVE_INFINITY;

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
    if (nowMs - this.#spentAtMs >= calmMs) this.#savedBefore = undefined;
  }

  /** Whether a repeat is allowed; then it counts. */
  spend(): boolean {
    this.#spentAtMs = this.#atMs;
    if (this.#saved < 1) return false;
    this.#savedBefore ??= this.#saved;
    this.#saved -= 1;
    return true;
  }

  /**
   * A request has failed although it was repeated: this is an outage, in which nothing counts that was saved before it. What is repeated
   * in it has to be earned in it, so that the load of who is down already never grows by more than the share.
   */
  failed(): void {
    this.#saved -= this.#savedBefore ?? 0;
    this.#savedBefore = 0;
  }
}
