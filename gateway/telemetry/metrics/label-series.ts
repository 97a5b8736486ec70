/** Far more than any gateway has subgraphs or codes: a scraper pays for each series. */
const maxSeries = 1_000;
const overflow = 'other';

/** State by label values, bounded: when there are too many combinations, new ones share one state. */
export class LabelSeries<State> {
  readonly #create: () => State;
  readonly #states = new Map<string, { readonly values: readonly string[]; readonly state: State }>();

  constructor(create: () => State) {
    this.#create = create;
  }

  /** The state of these label values, in the order of the metric's labels. */
  at(values: readonly string[]): State {
    const key = values.join('\0');
    const found = this.#states.get(key);
    if (found !== undefined) return found.state;
    if (this.#states.size >= maxSeries && values.some((value) => value !== overflow)) {
      return this.at(values.map(() => overflow));
    }
    const state = this.#create();
    this.#states.set(key, { values, state });
    return state;
  }

  /** All states with their label values. */
  [Symbol.iterator](): Iterator<{ readonly values: readonly string[]; readonly state: State }> {
    return this.#states.values();
  }
}
