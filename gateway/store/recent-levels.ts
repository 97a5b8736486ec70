import type { Level } from './bucket.ts';

/**
 * How full the buckets of one limit are, for the subjects that asked last: never more than a bound, and never less than half of it
 * forgotten before them. Two maps that take turns cost less than one in the order of use, and nothing in advance.
 */
export class RecentLevels {
  readonly #turn: number;
  #current = new Map<string, Level>();
  #former = new Map<string, Level>();

  constructor(max: number) {
    this.#turn = Math.max(1, Math.floor(max / 2));
  }

  /** Asking counts as use. */
  get(subject: string): Level | undefined {
    const level = this.#current.get(subject);
    if (level !== undefined) return level;
    const former = this.#former.get(subject);
    if (former !== undefined) this.set(subject, former);
    return former;
  }

  set(subject: string, level: Level): void {
    if (this.#current.size >= this.#turn && !this.#current.has(subject)) {
      this.#former = this.#current;
      this.#current = new Map();
    }
    this.#current.set(subject, level);
  }
}
