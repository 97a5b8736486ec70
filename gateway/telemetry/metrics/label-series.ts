/** Far more than any gateway has subgraphs or codes: a scraper pays for each series. */
const maxSeries = 1_000;
const overflow = 'other';

interface Series<State> {
  readonly values: readonly string[];
  readonly state: State;
}

/** Where some label values lead. */
interface Branch<State> {
  readonly next: Map<string, Branch<State>>;
  series: Series<State> | undefined;
}

/** State by label values, bounded: when there are too many combinations, new ones share one state. */
export class LabelSeries<State> {
  readonly #create: () => State;
  readonly #all: Series<State>[] = [];
  /** The values lead down a tree: they are looked up many times a request, and one key for all of them would be made each time. */
  readonly #root: Branch<State> = createBranch();

  constructor(create: () => State) {
    this.#create = create;
  }

  /** The state of these label values, in the order of the metric's labels. */
  at(values: readonly string[]): State {
    let branch: Branch<State> | undefined = this.#root;
    for (const value of values) {
      branch = branch.next.get(value);
      if (branch === undefined) break;
    }
    return branch?.series?.state ?? this.#add(values);
  }

  /** All states with their label values. */
  [Symbol.iterator](): Iterator<Series<State>> {
    return this.#all.values();
  }

  #add(values: readonly string[]): State {
    if (this.#all.length >= maxSeries && values.some((value) => value !== overflow)) {
      return this.at(values.map(() => overflow));
    }
    let branch = this.#root;
    for (const value of values) {
      const next: Branch<State> = branch.next.get(value) ?? createBranch();
      branch.next.set(value, next);
      branch = next;
    }
    const state = this.#create();
    branch.series = { values, state };
    this.#all.push(branch.series);
    return state;
  }
}

function createBranch<State>(): Branch<State> {
  return { next: new Map(), series: undefined };
}
