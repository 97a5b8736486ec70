import type { SelectionSetNode } from 'graphql';

/** One way to have a field. */
export interface Option {
  readonly graph: string;
  /** Fetches after one another until the graph holds the object: 0 when it does already. */
  readonly distance: number;
  /** What the graph has to be told for it of other graphs (`@requires`). */
  readonly requires: SelectionSetNode | undefined;
  /** How many selected fields no subgraph can give. */
  readonly missing: number;
  /** Fetches after one another until the field is whole. */
  readonly waves: number;
  /** Fetches below the field. */
  readonly fetches: number;
}

/** The best one alone: one that misses least, and of those the one that takes the fewest waves. */
export function bestOf(options: readonly Option[]): Option | undefined {
  let best = options[0];
  for (let index = 1; index < options.length; index++) {
    const option = options[index];
    if (option !== undefined && isBetter(option, best)) best = option;
  }
  return best;
}

function isBetter(one: Option, other: Option | undefined): boolean {
  if (other === undefined) return true;
  return (one.missing - other.missing || one.waves - other.waves || one.distance - other.distance) < 0;
}

/** Those that miss so many fields. */
export function ofMissing(options: readonly Option[], missing: number): readonly Option[] {
  return options.every((one) => one.missing === missing) ? options : options.filter((one) => one.missing === missing);
}

/** How many fetches options take together: what leads to a subgraph is fetched once for all fields that it answers. */
export function countFetches(options: Iterable<Option | undefined>): number {
  const graphs: string[] = [];
  let count = 0;
  for (const option of options) {
    if (option === undefined) continue;
    const { graph, distance, fetches } = option;
    count += fetches;
    if (distance === 0 || graphs.includes(graph)) continue;
    graphs.push(graph);
    count += distance;
  }
  return count;
}
