/** Something that is kept until others need its room. */
export interface Kept {
  /** Of memory, about. */
  readonly bytes: number;
  /** Whether it was used since it was last looked at. */
  isUsed: boolean;
}

/**
 * Bounds what plans take in all: a short text can lead to a large plan, and clients can send as many texts as they like. The oldest goes first,
 * but what was used since it came, or was last spared, is spared: plans that are used once do not push out those that are used again and
 * again.
 */
export class KeptPlans<Plan extends Kept> {
  readonly #bytesMost: number;
  readonly #forget = new Map<Plan, () => void>();
  #bytes = 0;

  constructor(bytesMost: number) {
    this.#bytesMost = bytesMost;
  }

  /** Keeps one more. `forget` is called when it has to go; at once when it is larger than all together may be. */
  keep(plan: Plan, forget: () => void): void {
    if (plan.bytes > this.#bytesMost) {
      forget();
      return;
    }
    this.#makeRoom(this.#bytesMost - plan.bytes);
    this.#forget.set(plan, forget);
    this.#bytes += plan.bytes;
  }

  #makeRoom(bytesMost: number): void {
    for (const [oldest, forget] of this.#forget) {
      if (this.#bytes <= bytesMost) return;
      this.#forget.delete(oldest);
      if (oldest.isUsed) {
        oldest.isUsed = false;
        this.#forget.set(oldest, forget);
      } else {
        this.#bytes -= oldest.bytes;
        forget();
      }
    }
  }

  /** Says that one has gone. */
  drop(plan: Plan): void {
    if (this.#forget.delete(plan)) this.#bytes -= plan.bytes;
  }
}
