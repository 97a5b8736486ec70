/** Coerced variables. */
export type Variables = Readonly<Record<string, unknown>>;

/** A number, or how it follows from the variables of a request. */
export type Quantity = number | ((variables: Variables) => number);

/** Whether `@skip` and `@include` let something be: any of these, each of them all of its tests. `undefined`: always. */
export type Inclusion = readonly (readonly VariableTest[])[] | undefined;

export interface VariableTest {
  readonly variable: string;
  readonly wanted: boolean;
}

/** What an operation costs, as far as that is known before its variables are. */
export interface Formula {
  /** The weight of the operation's root type. */
  readonly base: number;
  readonly root: SelectionsCost;
  /** How many different selections there are below `root`; their `index` is less. */
  readonly count: number;
  readonly requirements: readonly SlicingRequirement[];
}

/** What one object costs of which certain fields are selected. Shared wherever the same is selected of the same type. */
export interface SelectionsCost {
  readonly index: number;
  /** When it does not depend on variables: what it costs. */
  readonly fixed: number | undefined;
  /** Of the object itself; `undefined` when it is that of its type. */
  readonly weight: number | undefined;
  /** The response name of `__typename`, when that is selected. */
  readonly typenameKey: string | undefined;
  /** Fields that are selected of every type that the object may have. */
  readonly common: readonly FieldCost[];
  /** Fields that are selected of some of the types. */
  readonly groups: readonly (readonly FieldCost[])[];
  /** The types that the object may have, sorted by what they cost. */
  readonly alternatives: readonly Alternative[];
}

export interface Alternative {
  readonly types: ReadonlySet<string>;
  readonly weight: number;
  /** Which groups of fields are selected of these types. */
  readonly groups: readonly number[];
}

/** What a field of one object costs: `size` times what is in it, and its arguments. */
export interface FieldCost {
  readonly responseName: string;
  readonly coordinate: string;
  readonly inclusion: Inclusion;
  readonly isList: boolean;
  /** How many values the field is taken to have: 1, unless it is a list. */
  readonly size: Quantity;
  readonly arguments: Quantity;
  /** What is in one value: an object, or the weight of a leaf. */
  readonly inner: SelectionsCost | number;
}

/** A field that wants exactly one of its slicing arguments. */
export interface SlicingRequirement {
  readonly coordinate: string;
  readonly names: readonly string[];
  readonly inclusion: Inclusion;
  readonly isMet: (variables: Variables) => boolean;
}

/** Beyond it JSON numbers are not exact. Whatever costs more costs too much. */
export const dearest = Number.MAX_SAFE_INTEGER;

/** A cost that can be added, multiplied and told: not negative, finite. */
export function bounded(cost: number): number {
  return cost > 0 ? Math.min(cost, dearest) : 0;
}

/** The value for these variables. */
export function amountOf(quantity: Quantity, variables: Variables): number {
  return typeof quantity === 'number' ? quantity : quantity(variables);
}

/** Whether something is there with these variables. */
export function isIncluded(inclusion: Inclusion, variables: Variables): boolean {
  if (inclusion === undefined) return true;
  return inclusion.some((tests) => tests.every(({ variable, wanted }) => (variables[variable] === true) === wanted));
}
