/** How long somebody has for fetching anew what he has claimed, in milliseconds. */
export const claimMs = 10_000;

/** Far more than are fetched anew at a time. */
const claimsMost = 100_000;

/** Who fetches what anew, within this process. */
export class Claims {
  readonly #now: () => number;
  /** Until when, earliest first. */
  readonly #until = new Map<string, number>();

  /** @param now in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether it was free, and is now the caller's. */
  claim(key: string): boolean {
    const now = this.#now();
    for (const [first, until] of this.#until) {
      if (until > now && this.#until.size < claimsMost) break;
      this.#until.delete(first);
    }
    if (this.#until.has(key)) return false;
    this.#until.set(key, now + claimMs);
    return true;
  }

  has(key: string): boolean {
    return this.#until.has(key);
  }

  release(key: string): void {
    this.#until.delete(key);
  }
}
