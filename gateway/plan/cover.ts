import type { Option } from './option.ts';

/** For each field the ways to have it, or the way that was chosen; nothing where there is none. */
export type Ways = readonly (readonly Option[])[];
export type Chosen = readonly (Option | undefined)[];

/** A field that has to be had, and the ways to. */
interface OpenField {
  readonly index: number;
  readonly options: readonly Option[];
}

/** Few subgraphs that together have all fields within the waves that the slowest of them takes anyway. */
export function cover(ways: Ways, waves: number): Chosen {
  const only = chooseOnly(ways);
  if (only !== undefined) return only;
  const chosen = new Array<Option | undefined>(ways.length).fill(undefined);
  const inTime: OpenField[] = [];
  const holders = new Set<string>();
  for (const [index, all] of ways.entries()) {
    if (all.length === 0) continue;
    const options = all.every((option) => option.waves <= waves) ? all : all.filter((option) => option.waves <= waves);
    for (const { graph, distance } of options) if (distance === 0) holders.add(graph);
    inTime.push({ index, options });
  }
  let left = inTime.filter(({ index, options }) => {
    const option = ofHolder(options, holders);
    if (option !== undefined) chosen[index] = option;
    return option === undefined;
  });
  while (left.length > 0) {
    const graph = mostWorth(left);
    if (graph === undefined) break;
    left = left.filter(({ index, options }) => {
      const option = options.find((one) => one.graph === graph);
      if (option !== undefined) chosen[index] = option;
      return option === undefined;
    });
  }
  return chosen;
}

/** When there is nothing to choose: one way to have each field. */
function chooseOnly(ways: Ways): Chosen | undefined {
  return ways.every((options) => options.length < 2) ? ways.map((options) => options[0]) : undefined;
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
