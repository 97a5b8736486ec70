import type { EndpointState } from './endpoint-state.ts';
import type { EndpointGroups, GroupCall } from './endpoints.ts';
import { hashText, rendezvous } from './rendezvous.ts';

/** The group of endpoints that name none. */
const ungrouped = 'default';

/** The group that an endpoint belongs to. */
export function groupOf({ group = ungrouped }: Pick<EndpointState, 'group'>): string {
  return group;
}

type WeightedGroup = readonly [name: string, weight: number];

const seedOf = ([name]: WeightedGroup): number => hashText(name);
const weightOf = ([, weight]: WeightedGroup): number => weight;

export interface GroupsOptions {
  readonly subgraph: string;
  /** Default: the sum of the weights of a group's endpoints. */
  readonly weights: Readonly<Record<string, number>> | undefined;
  /** The group whose answers are everybody's as long as it is asked. Default: that with the greatest weight. */
  readonly stable?: string | undefined;
  /** From 0 up to 1, as `Math.random` gives it. */
  readonly random: () => number;
  /** Called when weights are set. */
  readonly onWeights: () => void;
}

/** Shares calls among groups, by weights that may be changed at any time. */
export class Groups implements EndpointGroups {
  readonly #options: GroupsOptions;
  readonly #listeners = new Set<(call: GroupCall) => void>();
  #summed: ReadonlyMap<string, number> = new Map();
  #set: ReadonlyMap<string, number> | undefined;
  /** Those that calls are shared among. */
  #shared: readonly WeightedGroup[] = [];
  /** Whose answers are everybody's. */
  #main: string | undefined;
  #total = 0;

  constructor(options: GroupsOptions) {
    this.#options = options;
  }

  /** Whether there is anything to choose. */
  get isShared(): boolean {
    return this.#shared.length > 1;
  }

  readonly weights = (): ReadonlyMap<string, number> =>
    new Map(Array.from(this.#summed, ([name, sum]) => [name, this.#weightOf(name, sum)]));

  readonly setWeights = (weights: ReadonlyMap<string, number> | undefined): void => {
    this.#set = weights;
    this.#share();
    this.#options.onWeights();
  };

  readonly trialOf = (group = ungrouped): string | undefined =>
    this.#summed.size < 2 || group === this.#main ? undefined : group;

  readonly observe = (listener: (call: GroupCall) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Takes the groups of other endpoints. */
  adopt(endpoints: readonly EndpointState[]): void {
    const summed = new Map<string, number>();
    for (const endpoint of endpoints) {
      const group = groupOf(endpoint);
      summed.set(group, (summed.get(group) ?? 0) + endpoint.weight);
    }
    this.#summed = summed;
    this.#share();
  }

  /** The group for a key, always the same one while weights stay; without a key one by lot. `undefined` when none is known. */
  pick(key: string | undefined): string | undefined {
    const [first] = this.#shared;
    if (this.#shared.length < 2 || first === undefined) return first?.[0];
    // It is not always the same clients who try what is new.
    if (key !== undefined) return rendezvous(`${this.#options.subgraph} ${key}`, this.#shared, seedOf, weightOf)?.[0];
    let rest = this.#options.random() * this.#total;
    for (const [name, weight] of this.#shared) {
      rest -= weight;
      if (rest < 0) return name;
    }
    return first[0];
  }

  /** Whether calls go there that nothing sends there by name. */
  isOpen(group: string): boolean {
    return this.#shared.some(([name]) => name === group);
  }

  note(endpoint: EndpointState, outcome: GroupCall['outcome'], durationMs: number, isGood: boolean): void {
    if (this.#listeners.size === 0) return;
    const call = { group: groupOf(endpoint), outcome, durationMs, isGood };
    for (const listener of this.#listeners) listener(call);
  }

  #share(): void {
    const all = [...this.weights()];
    const open = all.filter((group) => weightOf(group) > 0);
    // There is nowhere else to go.
    this.#shared = open.length > 0 ? open : all.map(([name]) => [name, 1]);
    this.#total = this.#shared.reduce((sum, [, weight]) => sum + weight, 0);
    this.#main = this.#findMain();
  }

  #findMain(): string | undefined {
    const { stable } = this.#options;
    if (stable !== undefined && this.isOpen(stable)) return stable;
    let main: WeightedGroup | undefined;
    for (const group of this.#shared) if (main === undefined || weightOf(group) > weightOf(main)) main = group;
    return main?.[0];
  }

  #weightOf(name: string, sum: number): number {
    if (this.#set !== undefined) return this.#set.get(name) ?? 0;
    const { weights } = this.#options;
    return weights === undefined ? sum : (weights[name] ?? 0);
  }
}
