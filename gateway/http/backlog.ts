/** What there is to know of an event loop and what it has to do at one moment. Times are in milliseconds. */
export interface LoopState {
  readonly nowMs: number;
  /** For how long the loop has had nothing to do, since it began. */
  readonly idleMs: number;
  /** What is in flight: requests, or the bytes that their answers will have. */
  readonly inFlight: number;
  /** What has left, since it began. */
  readonly answered: number;
}

/** For how long the loop is looked at before it is judged. */
const windowMs = 100;
/** A loop that rests no more is saturated: heavy work that waits for its turn leaves it a little. One that rests more has time to spare. */
const saturatedShare = 0.1;
const sparingShare = 0.25;
/** After so many saturated windows it is no accident: compiling, planning and a burst saturate the loop for a while. */
const windowsLeast = 5;
/** How many count, and how many of them one that is not saturated takes away: an overload is known again at once soon after it. */
const windowsMost = 10;
const windowsForgotten = 0.2;
/** How much more may be in flight after each window that is not saturated, so soon after an overload. */
const growth = 1.25;
/** How much the newest window counts for what can be done at least. */
const newest = 0.1;
/** How slowly what is usual follows when requests take longer, and how fast when they take less: what waits for its turn takes longer, too. */
const slower = 0.02;
const faster = 0.3;

/**
 * Knows how much in flight is too much. Many requests of them may wait for backends, and cost nothing; but when the loop never rests,
 * one more has all others wait longer: what is in flight, divided by what is answered in a second, is how many seconds each takes
 * (https://en.wikipedia.org/wiki/Little%27s_law).
 */
export class Backlog {
  #begun: LoopState = { nowMs: 0, idleMs: 0, inFlight: 0, answered: 0 };
  #lastMs = 0;
  /** What was in flight times the milliseconds that it was, since `#begun`. */
  #area = 0;
  /** Saturated windows that count. */
  #windows = 0;
  /** Answered in a millisecond of them, on average, and of how many. */
  #perMs = 0;
  #averaged = 0;
  /** How long requests take while there is time to spare. */
  #usualMs = 0;
  #most = Number.POSITIVE_INFINITY;

  /** The most that may be in flight; no limit while the loop has time to rest. */
  get most(): number {
    return this.#most;
  }

  /** The loop is looked at from now on, or again. */
  begin(state: LoopState): void {
    this.#begun = state;
    this.#lastMs = state.nowMs;
    this.#area = 0;
    this.#windows = 0;
    this.#averaged = 0;
    this.#most = Number.POSITIVE_INFINITY;
  }

  /** The loop has come round. Requests may take `maxMs` longer than they do while there is time to spare. */
  turn(state: LoopState, maxMs: number): void {
    const { nowMs, idleMs, inFlight, answered } = state;
    this.#area += inFlight * (nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    const ms = nowMs - this.#begun.nowMs;
    if (ms < windowMs) return;
    const rested = (idleMs - this.#begun.idleMs) / ms;
    const perMs = (answered - this.#begun.answered) / ms;
    if (rested <= saturatedShare) this.#saturated(perMs, maxMs);
    else this.#unsaturated();
    // What is usual soon after an overload is not usual.
    if (rested >= sparingShare && this.#windows === 0 && perMs > 0) this.#learn(this.#area / ms, perMs);
    this.#begun = state;
    this.#area = 0;
  }

  #saturated(perMs: number, maxMs: number): void {
    this.#windows = Math.min(windowsMost, this.#windows + 1);
    this.#averaged += 1;
    this.#perMs += (perMs - this.#perMs) * Math.max(newest, 1 / this.#averaged);
    if (this.#windows >= windowsLeast) this.#most = this.#perMs * (this.#usualMs + maxMs);
  }

  #unsaturated(): void {
    this.#windows = Math.max(0, this.#windows - windowsForgotten);
    this.#most = this.#windows < windowsLeast ? Number.POSITIVE_INFINITY : this.#most * growth;
    // Until now there may have been less to do than could be done: that says nothing of how much can be.
    if (this.#windows === 0) this.#averaged = 0;
  }

  #learn(inFlight: number, perMs: number): void {
    const tookMs = inFlight / perMs;
    this.#usualMs += (tookMs - this.#usualMs) * (tookMs > this.#usualMs ? slower : faster);
  }
}
