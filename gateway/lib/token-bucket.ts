/** So many in a length of time. */
interface Rate {
  readonly amount: number;
  readonly periodMs: number;
}

/** The part of what a period allows that may go out at once. */
const burstPart = 0.1;

/** Lets so many through in a length of time, spread evenly, and at most `burst` at once. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #most: number;
  #tokens: number;
  #atMs: number;

  constructor({ amount, periodMs }: Rate, nowMs: number, burst: number = amount * burstPart) {
    this.#perMs = amount / periodMs;
    this.#most = Math.max(1, burst);
    this.#tokens = this.#most;
    this.#atMs = nowMs;
  }

  /** Whether one more may go out now; then it counts. */
  take(nowMs: number): boolean {
    this.#fill(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** How long it takes until one more may go out. */
  pauseMs(nowMs: number): number {
    this.#fill(nowMs);
    return Math.max(0, (1 - this.#tokens) / this.#perMs);
  }

  /** A clock that was put back takes nothing away. */
  #fill(nowMs: number): void {
    this.#tokens = Math.min(this.#most, this.#tokens + Math.max(0, nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
  }
}
