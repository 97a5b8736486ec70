import type { Level } from './bucket.ts';

/** A level, and what people know its subject by. It is changed in place: a hit costs no memory. */
interface KnownLevel extends Level {
  used: number;
  at: number;
  label: string;
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

  /** How full it was when it was set last. Asking counts as use. */
  get(subject: string): Level | undefined {
    return this.#find(subject);
  }

  set(subject: string, used: number, at: number, label: string): void {
    const level = this.#find(subject);
    if (level === undefined) {
      this.#keep(subject, { used, at, label });
      return;
    }
    level.used = used;
    level.at = at;
    level.label = label;
  }

  #find(subject: string): KnownLevel | undefined {
    const level = this.#current.get(subject);
    if (level !== undefined) return level;
    const former = this.#former.get(subject);
    if (former !== undefined) this.#keep(subject, former);
    return former;
  }

  #keep(subject: string, level: KnownLevel): void {
    if (this.#current.size >= this.#turn) {
      this.#former = this.#current;
      this.#current = new Map();
    }
    this.#current.set(subject, level);
  }

  /** All that are known, each once. */
  *[Symbol.iterator](): Iterator<Readonly<KnownLevel>> {
    yield* this.#current.values();
    for (const [subject, level] of this.#former) if (!this.#current.has(subject)) yield level;
  }
}
