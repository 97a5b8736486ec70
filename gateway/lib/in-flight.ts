/** Holds what is in flight until that has ended. */
interface Box<Work> {
  work: Work | undefined;
}

/**
 * Work in flight, by its key. It is kept in boxes that are emptied when it has ended: a `Map` grows and shrinks by making another table,
 * and V8 has the former one refer to the next. So one table that outlived its use in old memory would keep alive all that come after it,
 * and with them whatever was in flight then, until a whole collection of garbage.
 */
export class InFlight<Work> {
  readonly #boxes = new Map<string, Box<Work>>();

  get(key: string): Work | undefined {
    return this.#boxes.get(key)?.work;
  }

  set(key: string, work: Work): void {
    this.#empty(this.#boxes.get(key));
    this.#boxes.set(key, { work });
  }

  /** Forgets work that has ended, unless other work has its key by now. */
  delete(key: string, work: Work): void {
    const box = this.#boxes.get(key);
    if (box?.work !== work) return;
    this.#empty(box);
    this.#boxes.delete(key);
  }

  clear(): void {
    for (const box of this.#boxes.values()) this.#empty(box);
    this.#boxes.clear();
  }

  #empty(box: Box<Work> | undefined): void {
    if (box !== undefined) box.work = undefined;
  }
}
