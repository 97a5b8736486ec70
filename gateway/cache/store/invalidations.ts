import type { NewCacheEntry } from './cache-store.ts';

/** The tag that everything has. */
export const everything = 'everything';

/**
 * When which tags were invalidated last. Nothing is looked for when a tag is: an entry is held against what is known here whenever it is
 * asked for. Moments are marks, numbers that only grow, so that no two clocks are compared.
 */
export class Invalidations {
  readonly #most: number;
  /** The last mark of each tag, earliest first. */
  readonly #marks = new Map<string, number>();
  /** When entries were looked at last and found to be good: what is asked for often has many tags. */
  readonly #goodAt = new WeakMap<Pick<NewCacheEntry, 'tags'>, number>();
  /** Entries from before it are not known to be good. */
  #floor = 0;
  #mark = 0;

  /** @param most tags that are remembered; beyond, all entries from before those that are forgotten go with them */
  constructor(most: number) {
    this.#most = most;
  }

  /** The latest moment. */
  get mark(): number {
    return this.#mark;
  }

  /** What is known from `since` on, for who has lost it. */
  since(since: number): readonly string[] {
    const tags: string[] = [];
    for (const [tag, mark] of this.#marks) if (mark >= since) tags.push(tag);
    return this.#floor >= since && this.#floor > 0 ? [everything] : tags;
  }

  /** Invalidates tags at `mark`, or at a new moment. */
  note(tags: readonly string[], mark = this.#mark + 1): void {
    this.advance(mark);
    for (const tag of tags) {
      if (tag === everything) this.forget(mark);
      if ((this.#marks.get(tag) ?? 0) >= mark) continue;
      this.#marks.delete(tag);
      if (tag !== everything) this.#marks.set(tag, mark);
    }
    this.#trim();
  }

  /** Time has gone on, whatever happened. */
  advance(mark: number): void {
    this.#mark = Math.max(this.#mark, mark);
  }

  /** Whatever is from before `mark` may be wrong. */
  forget(mark: number): void {
    this.advance(mark);
    this.#floor = Math.max(this.#floor, mark);
  }

  /** Whether nothing has invalidated an entry since the work began that brought it. */
  allows(entry: Pick<NewCacheEntry, 'mark' | 'tags'>): boolean {
    const { mark, tags } = entry;
    if (mark >= this.#mark) return true;
    if (mark < this.#floor) return false;
    if (this.#goodAt.get(entry) === this.#mark) return true;
    for (const tag of tags) if ((this.#marks.get(tag) ?? 0) > mark) return false;
    this.#goodAt.set(entry, this.#mark);
    return true;
  }

  #trim(): void {
    if (this.#marks.size <= this.#most) return;
    // Many at a time, as each of them takes older entries along.
    let left = Math.ceil(this.#most / 10);
    for (const [tag, mark] of this.#marks) {
      if (left-- === 0) return;
      this.#marks.delete(tag);
      this.#floor = Math.max(this.#floor, mark);
    }
  }
}
