import type { ConcurrencyRule } from './compile-rules.ts';

/** A place that a request takes in a limit while it is in flight. */
interface Slot {
  readonly rule: ConcurrencyRule;
  readonly subject: string;
}

type Entered =
  /** `leave` frees the slots again; once is enough. */
  { readonly kind: 'entered'; readonly leave: () => void } | { readonly kind: 'full'; readonly rule: ConcurrencyRule };

/** Counts what is in flight in this process, and holds no more than that. */
export class Concurrency {
  readonly #taken = new Map<string, number>();

  /** Takes all of the slots, or none when there is one that is not free. */
  enter(slots: readonly Slot[]): Entered {
    const full = slots.find((slot) => this.#count(slot) >= slot.rule.concurrency);
    if (full !== undefined) return { kind: 'full', rule: full.rule };
    for (const slot of slots) this.#taken.set(keyOf(slot), this.#count(slot) + 1);
    let inside = true;
    const leave = () => {
      if (inside) for (const slot of slots) this.#free(slot);
      inside = false;
    };
    return { kind: 'entered', leave };
  }

  #count(slot: Slot): number {
    return this.#taken.get(keyOf(slot)) ?? 0;
  }

  #free(slot: Slot): void {
    const count = this.#count(slot) - 1;
    if (count > 0) this.#taken.set(keyOf(slot), count);
    else this.#taken.delete(keyOf(slot));
  }
}

function keyOf({ rule, subject }: Slot): string {
  return `${rule.name}\0${subject}`;
}
