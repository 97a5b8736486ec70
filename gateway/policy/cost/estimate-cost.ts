import {
  type Alternative,
  amountOf,
  bounded,
  type FieldCost,
  type Formula,
  isIncluded,
  type SelectionsCost,
  type Variables,
} from './formula.ts';

/** What an operation costs at most, if its lists are as long as they are taken to be. Linear to the formula. */
export function estimateCost({ base, root, count }: Formula, variables: Variables): number {
  return bounded(base + (root.fixed ?? new Estimate(variables, count).ofSelections(root)));
}

/** One evaluation of a formula. */
export class Estimate {
  readonly #variables: Variables;
  readonly #known: Float64Array;

  constructor(variables: Variables, count: number) {
    this.#variables = variables;
    this.#known = new Float64Array(count).fill(-1);
  }

  ofSelections(selections: SelectionsCost): number {
    if (selections.fixed !== undefined) return selections.fixed;
    const known = this.#known[selections.index] ?? -1;
    if (known >= 0) return known;
    const cost = bounded(this.#ofFields(selections.common) + this.dearestOf(selections).cost);
    this.#known[selections.index] = cost;
    return cost;
  }

  /** The types with which the object costs most, and what they cost beside the common fields. */
  dearestOf({ weight, groups, alternatives }: SelectionsCost): Dearest {
    const costs = groups.map((fields) => this.#ofFields(fields));
    let dearest: Dearest = { alternative: undefined, cost: Number.NEGATIVE_INFINITY };
    for (const alternative of alternatives) {
      let cost = weight ?? alternative.weight;
      for (const group of alternative.groups) cost += costs[group] ?? 0;
      if (cost > dearest.cost) dearest = { alternative, cost };
    }
    return dearest;
  }

  ofField({ inclusion, size, arguments: args, inner }: FieldCost): number {
    if (!isIncluded(inclusion, this.#variables)) return 0;
    const each = typeof inner === 'number' ? inner : this.ofSelections(inner);
    const values = each === 0 ? 0 : each * amountOf(size, this.#variables);
    return bounded(values + amountOf(args, this.#variables));
  }

  #ofFields(fields: readonly FieldCost[]): number {
    let sum = 0;
    for (const field of fields) sum += this.ofField(field);
    return sum;
  }
}

interface Dearest {
  /** `undefined` when the object can have no type. */
  readonly alternative: Alternative | undefined;
  readonly cost: number;
}
