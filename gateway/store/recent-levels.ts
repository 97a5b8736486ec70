import type { Level } from './bucket.ts';

/** A level, and what people know its subject by. */
export interface KnownLevel extends Level {
  readonly label: string;
}

/**
 * How full the buckets of one limit are, for the subjects that asked last: never more than a bound, and never less than half of it
 * forgotten before them. Two maps that take turns cost less than one in the order of use, and nothing in advance.
 */
export class RecentLevels {
  readonly #turn: number;
  #current = new Map<string, KnownLevel>();
  #former = new Map<string, KnownLevel>();

  constructor(max: number) {
    this.#turn = Math.max(1, Math.floor(max / 2));
  }

  /** Asking counts as use. */
  get(subject: string): KnownLevel | undefined {
    const level = this.#current.get(subject);
    if (level !== undefined) return level;
    const former = this.#former.get(subject);
    if (former !== undefined) this.set(subject, former);
    return former;
  }

  set(subject: string, level: KnownLevel): void {
    if (this.#current.size >= this.#turn && !this.#current.has(subject)) {
      this.#former = this.#current;
      this.#current = new Map();
    }
    this.#current.set(subject, level);
  }

  /** All that are known, each once. */
  *[Symbol.iterator](): Iterator<KnownLevel> {
    yield* this.#current.values();
    for (const [subject, level] of this.#former) if (!this.#current.has(subject)) yield level;
  }
}
