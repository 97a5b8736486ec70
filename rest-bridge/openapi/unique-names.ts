/** Hands out each name once. */
export class UniqueNames {
  readonly #taken: Set<string>;
  readonly #counts = new Map<string, number>();

  constructor(reserved: Iterable<string> = []) {
    this.#taken = new Set(reserved);
  }

  /** The first of these names that is free, else the last one with a number at its end; it is taken from then on. */
  take(...wanted: readonly [string, ...string[]]): string {
    const free = wanted.find((name) => !this.#taken.has(name));
    const name = free ?? this.#numbered(wanted.at(-1) ?? wanted[0]);
    this.#taken.add(name);
    return name;
  }

  #numbered(wanted: string): string {
    // Kept, so that many equal names do not cost the square of their number.
    let count = this.#counts.get(wanted) ?? 2;
    const stem = /\d$/.test(wanted) ? `${wanted}_` : wanted;
    while (this.#taken.has(`${stem}${count}`)) count++;
    this.#counts.set(wanted, count + 1);
    return `${stem}${count}`;
  }
}
