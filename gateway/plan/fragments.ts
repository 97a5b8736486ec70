/** The fragments of one fetch: what it would say at length for each of several types, said once. */
export class Fragments {
  readonly #names = new Map<string, string>();

  /** The name of the fragment of this text. */
  nameOf(type: string, selection: string): string {
    const text = `on ${type} ${selection}`;
    const name = this.#names.get(text) ?? `f${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }

  /** The definitions, each after a space. */
  print(): string {
    return Array.from(this.#names, ([text, name]) => ` fragment ${name} ${text}`).join('');
  }
}
