import type { CallOutcome } from '../endpoints/endpoints.ts';

/** Fewest calls at a time, however slow they are: too few would not show that it has become better. */
const least = 4;
/** How many answers make a sample. */
const sampleSize = 16;
/** How much slower than usual a sample may be before it means that there are too many calls at a time. */
const tolerance = 1.5;
/** How much of the way to a new limit one sample takes it. */
const step = 0.3;
/** How slowly what is usual follows when answers become slower, and how fast when they become faster. */
const slower = 0.002;
const faster = 0.3;

/**
 * Finds how many calls a service takes at a time without becoming slower: after each sample of answers the limit shrinks as
 * latency grows over what is usual, and grows by a few when it does not. It begins with `most`.
 */
export class AdaptiveLimit {
  readonly #most: number;
  #limit: number;
  #usualMs = 0;
  #sumMs = 0;
  #answers = 0;
  #failures = 0;
  #peak = 0;

  constructor(most: number) {
    this.#most = most;
    this.#limit = most;
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Takes in a call that ended with `inFlight` calls beside it. */
  note(durationMs: number, outcome: CallOutcome, inFlight: number): void {
    if (outcome === 'cancelled') return;
    this.#peak = Math.max(this.#peak, inFlight + 1);
    if (outcome === 'failed') this.#failures += 1;
    else {
      this.#sumMs += durationMs;
      this.#answers += 1;
    }
    if (this.#answers + this.#failures < sampleSize) return;
    this.#adapt();
    this.#sumMs = 0;
    this.#answers = 0;
    this.#failures = 0;
    this.#peak = 0;
  }

  #adapt(): void {
    const sampleMs = this.#answers === 0 ? Number.POSITIVE_INFINITY : this.#sumMs / this.#answers;
    if (this.#answers > 0) {
      if (this.#usualMs === 0) this.#usualMs = sampleMs;
      this.#usualMs += (sampleMs - this.#usualMs) * (sampleMs > this.#usualMs ? slower : faster);
    }
    const share = this.#answers / (this.#answers + this.#failures);
    const gradient = Math.max(0.5, Math.min(1, (tolerance * this.#usualMs) / sampleMs, share));
    // A limit that nobody comes near says nothing: it is not to grow while there is little to do.
    const isUsed = this.#peak * 2 >= this.#limit;
    if (gradient === 1 && !isUsed) return;
    const wanted = this.#limit * gradient + (isUsed ? Math.sqrt(this.#limit) : 0);
    this.#limit += (wanted - this.#limit) * step;
    this.#limit = Math.min(this.#most, Math.max(Math.min(least, this.#most), this.#limit));
  }
}
