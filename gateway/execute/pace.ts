/** What counts of what was done before, each time that it is looked at, and of the best there was. */
const kept = 0.8;
const keptOfBest = 0.99;
/** Of less time nothing can be said. */
const leastMs = 100;

/** How many bytes of answers a process makes in a millisecond in which it is busy, with heavy runs or whatever else. */
export class Pace {
  #bytes = 0;
  #ms = 0;
  #best = 0;

  /** So much was done since the last time, and for so long it was busy. */
  note(bytes: number, busyMs: number): void {
    this.#bytes = this.#bytes * kept + bytes;
    this.#ms = this.#ms * kept + busyMs;
    this.#best = Math.max(this.#best * keptOfBest, this.#ms < leastMs ? 0 : this.#bytes / this.#ms);
  }

  /** How long so many bytes take at least, in milliseconds; 0 as long as that is not known. */
  msFor(bytes: number): number {
    return this.#best === 0 ? 0 : bytes / this.#best;
  }
}
