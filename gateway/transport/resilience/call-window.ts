const slotCount = 10;

/** Counts calls, and the bad ones among them, over the time that lies just behind. */
export class CallWindow {
  readonly #slotMs: number;
  readonly #totals = new Array<number>(slotCount).fill(0);
  readonly #bads = new Array<number>(slotCount).fill(0);
  /** The slot of now, counted on since the beginning of time. */
  #slot = 0;
  #total = 0;
  #bad = 0;

  constructor(windowMs: number) {
    this.#slotMs = windowMs / slotCount;
  }

  add(count: number, isBad: boolean, nowMs: number): void {
    this.#move(nowMs);
    const index = this.#slot % slotCount;
    this.#totals[index] = (this.#totals[index] ?? 0) + count;
    this.#total += count;
    if (!isBad) return;
    this.#bads[index] = (this.#bads[index] ?? 0) + count;
    this.#bad += count;
  }

  totalAt(nowMs: number): number {
    this.#move(nowMs);
    return this.#total;
  }

  badAt(nowMs: number): number {
    this.#move(nowMs);
    return this.#bad;
  }

  clear(): void {
    this.#totals.fill(0);
    this.#bads.fill(0);
    this.#total = 0;
    this.#bad = 0;
  }

  #move(nowMs: number): void {
    const slot = Math.floor(nowMs / this.#slotMs);
    if (slot === this.#slot) return;
    if (slot - this.#slot >= slotCount) this.clear();
    else {
      for (let passed = this.#slot + 1; passed <= slot; passed++) this.#drop(passed % slotCount);
    }
    this.#slot = slot;
  }

  #drop(index: number): void {
    this.#total -= this.#totals[index] ?? 0;
    this.#bad -= this.#bads[index] ?? 0;
    this.#totals[index] = 0;
    this.#bads[index] = 0;
  }
}
