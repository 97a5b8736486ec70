import type { RateLimitRule } from '../../config/rate-limit.ts';

/** A place that a request takes in a limit while it is in flight. */
interface Slot<Rule> {
  readonly rule: Rule;
  readonly subject: string;
}

type Entered<Rule> =
  /** `leave` frees the slots again; once is enough. */
  { readonly kind: 'entered'; readonly leave: () => void } | { readonly kind: 'full'; readonly rule: Rule };

/** Counts what is in flight in this process, and holds no more than that. Rules of one name count together. */
export class Concurrency {
  readonly #taken = new Map<string, number>();

  /** Takes all of the slots, or none when there is one that is not free. */
  enter<Rule extends Pick<RateLimitRule, 'name'> & { readonly concurrency: number }>(
    slots: readonly Slot<Rule>[],
  ): Entered<Rule> {
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
