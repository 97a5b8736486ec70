import type { Option } from './option.ts';

/** A field that has to be had, and the ways to. */
export interface OpenField {
  readonly key: string;
  readonly options: readonly Option[];
}

/** Few subgraphs that together have all fields within the waves that the slowest of them takes anyway. */
export function cover(open: readonly OpenField[], waves: number): ReadonlyMap<string, Option> {
  const chosen = new Map<string, Option>();
  if (chooseOnly(open, chosen)) return chosen;
  const inTime = open.map((field) => {
    if (field.options.every((option) => option.waves <= waves)) return field;
    return { key: field.key, options: field.options.filter((option) => option.waves <= waves) };
  });
  const holders = new Set<string>();
  for (const { options } of inTime) for (const { graph, distance } of options) if (distance === 0) holders.add(graph);
  let left = inTime.filter(({ key, options }) => {
    const option = ofHolder(options, holders);
    if (option !== undefined) chosen.set(key, option);
    return option === undefined;
  });
  while (left.length > 0) {
    const graph = mostWorth(left);
    if (graph === undefined) break;
    left = left.filter(({ key, options }) => {
      const option = options.find((one) => one.graph === graph);
      if (option !== undefined) chosen.set(key, option);
      return option === undefined;
    });
  }
  return chosen;
}

/** Whether there is nothing to choose: one way to have each field. */
function chooseOnly(open: readonly OpenField[], into: Map<string, Option>): boolean {
  for (const { options } of open) if (options.length !== 1) return false;
  for (const { key, options } of open) for (const option of options) into.set(key, option);
  return true;
}

/** That of the first subgraph that holds the object and takes no more fetches than any other. */
function ofHolder(options: readonly Option[], holders: ReadonlySet<string>): Option | undefined {
  let least = Number.POSITIVE_INFINITY;
  for (const { fetches, distance } of options) least = Math.min(least, fetches + distance);
  for (const graph of holders) {
    const option = options.find((one) => one.graph === graph && one.distance === 0 && one.fetches <= least);
    if (option !== undefined) return option;
  }
  return undefined;
}

/** The subgraph that brings fields for the fewest fetches each. */
function mostWorth(fields: readonly OpenField[]): string | undefined {
  const counts = new Map<string, { fields: number; fetches: number; distance: number }>();
  for (const { options } of fields) {
    for (const { graph, fetches, distance } of options) {
      const count = counts.get(graph);
      if (count === undefined) {
        counts.set(graph, { fields: 1, fetches, distance });
      } else {
        count.fields += 1;
        count.fetches += fetches;
        count.distance = distance;
      }
    }
  }
  let best: { readonly graph: string; readonly score: number } | undefined;
  for (const [graph, { fields: count, fetches, distance }] of counts) {
    const score = (distance + fetches) / count;
    if (best === undefined || score < best.score) best = { graph, score };
  }
  return best?.graph;
}
