import type { Rate } from '../../config/units.ts';

/** The part of what a period allows that may go out at once. */
const burstPart = 0.1;

/** Lets so many through in a length of time, spread evenly. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #most: number;
  #tokens: number;
  #atMs: number;

  constructor({ amount, periodMs }: Rate, nowMs: number) {
    this.#perMs = amount / periodMs;
    this.#most = Math.max(1, amount * burstPart);
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

  #fill(nowMs: number): void {
    this.#tokens = Math.min(this.#most, this.#tokens + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
  }
}
