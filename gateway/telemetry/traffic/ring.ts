interface Shape {
  /** How long a slot lasts. */
  readonly slotMs: number;
  readonly slots: number;
  /** How many numbers there are in each. */
  readonly width: number;
  /** What keeps them: whole numbers below 2^32 take half as much memory. */
  readonly of: Float64ArrayConstructor | Uint32ArrayConstructor;
}

/** The numbers of one slot. */
interface Slot {
  /** When it began, in milliseconds since the epoch. */
  readonly atMs: number;
  readonly values: ArrayLike<number>;
}

/** Numbers of the last while, summed up in slots of equal length; what is older than all of them is forgotten. */
export class Ring {
  readonly #shape: Shape;
  readonly #values: Float64Array | Uint32Array;
  /** Which slot since the epoch each of them holds. */
  readonly #turns: Float64Array;

  constructor(shape: Shape) {
    const { slots, width, of: Values } = shape;
    this.#shape = shape;
    this.#values = new Values(slots * width);
    this.#turns = new Float64Array(slots).fill(-1);
  }

  /** Adds to a number of the present slot. */
  add(nowMs: number, place: number, amount = 1): void {
    const { slotMs, slots, width } = this.#shape;
    const turn = Math.floor(nowMs / slotMs);
    const slot = turn % slots;
    const start = slot * width;
    if (this.#turns[slot] !== turn) {
      this.#turns[slot] = turn;
      this.#values.fill(0, start, start + width);
    }
    this.#values[start + place] = (this.#values[start + place] ?? 0) + amount;
  }

  /** Adds up the slots that began within the last `windowMs`, the present one included. */
  sum(nowMs: number, windowMs: number): number[] {
    const { slotMs, slots, width } = this.#shape;
    const sums = new Array<number>(width).fill(0);
    const present = Math.floor(nowMs / slotMs);
    const first = Math.max(present - slots + 1, Math.ceil((nowMs - windowMs) / slotMs));
    for (let turn = first; turn <= present; turn += 1) {
      const slot = turn % slots;
      if (this.#turns[slot] !== turn) continue;
      for (let place = 0; place < width; place += 1) {
        sums[place] = (sums[place] ?? 0) + (this.#values[slot * width + place] ?? 0);
      }
    }
    return sums;
  }

  /** The slot that a moment is in; `undefined` where nothing happened, or it is forgotten. */
  at(ms: number): Slot | undefined {
    const { slotMs, slots, width } = this.#shape;
    const turn = Math.floor(ms / slotMs);
    const slot = turn % slots;
    if (this.#turns[slot] !== turn) return undefined;
    return { atMs: turn * slotMs, values: this.#values.subarray(slot * width, (slot + 1) * width) };
  }

  /** The slots of the last `windowMs` that are over, oldest first, those included in which nothing happened. */
  past(nowMs: number, windowMs: number): readonly Slot[] {
    const { slotMs, slots, width } = this.#shape;
    const present = Math.floor(nowMs / slotMs);
    const count = Math.min(slots - 1, Math.floor(windowMs / slotMs));
    return Array.from({ length: count }, (_, index) => {
      const atMs = (present - count + index) * slotMs;
      return this.at(atMs) ?? { atMs, values: new Float64Array(width) };
    });
  }
}
