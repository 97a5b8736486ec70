import type { RateLimitRule } from '../../config/rate-limit.ts';

/** A place that a request takes in a limit while it is in flight. */
export interface Slot<Rule> {
  readonly rule: Rule;
  readonly subject: string;
}

export type Entered<Rule> =
  /** `leave` frees the slots again; once is enough. */
  { readonly kind: 'entered'; readonly leave: () => void } | { readonly kind: 'full'; readonly rule: Rule };

/** What a rule of concurrency says. */
export type SlotRule = Pick<RateLimitRule, 'name'> & { readonly concurrency: number };

/** Counts what is in flight. Rules of one name count together. */
export interface ConcurrencyCounter {
  /** Takes all of the slots, or none when there is one that is not free. */
  readonly enter: <Rule extends SlotRule>(slots: readonly Slot<Rule>[]) => Entered<Rule> | Promise<Entered<Rule>>;
}

/** Counts what is in flight in this process, and holds no more than that. */
export class Concurrency implements ConcurrencyCounter {
  readonly #taken = new Map<string, number>();

  enter<Rule extends SlotRule>(slots: readonly Slot<Rule>[]): Entered<Rule> {
    const full = slots.find((slot) => this.#count(keyOf(slot)) >= slot.rule.concurrency);
    if (full !== undefined) return { kind: 'full', rule: full.rule };
    const keys = slots.map(keyOf);
    for (const key of keys) this.#taken.set(key, this.#count(key) + 1);
    let inside = true;
    const leave = () => {
      if (inside) for (const key of keys) this.#free(key);
      inside = false;
    };
    return { kind: 'entered', leave };
  }

  #count(key: string): number {
    return this.#taken.get(key) ?? 0;
  }

  #free(key: string): void {
    const count = this.#count(key) - 1;
    if (count > 0) this.#taken.set(key, count);
    else this.#taken.delete(key);
  }
}

function keyOf({ rule, subject }: Slot<Pick<RateLimitRule, 'name'>>): string {
  return `${rule.name}\0${subject}`;
}
