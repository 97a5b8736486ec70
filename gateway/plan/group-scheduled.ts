import type { Scheduled } from './schedule.ts';

/** What becomes one step. */
type Group = readonly Scheduled[];

/** Groups what becomes one step, in an order in which each comes after those that it needs: entities that one subgraph loads in one wave. */
export function groupScheduled(all: readonly Scheduled[]): readonly Group[] {
  const groups: Scheduled[][] = [];
  /** By wave and graph. */
  const entities: Map<string, Scheduled[]>[] = [];
  for (const one of all) {
    const { origin, wave } = one;
    if (origin.kind !== 'entities') {
      groups.push([one]);
      continue;
    }
    const byGraph = entities[wave] ?? new Map<string, Scheduled[]>();
    entities[wave] = byGraph;
    const group = byGraph.get(origin.selection.graph);
    if (group !== undefined) {
      group.push(one);
      continue;
    }
    const first = [one];
    byGraph.set(origin.selection.graph, first);
    groups.push(first);
  }
  return groups.sort((a, b) => rankOf(a) - rankOf(b));
}

function rankOf([first]: Group): number {
  return first === undefined ? 0 : 2 * first.wave + (first.origin.kind === 'attach' ? 1 : 0);
}
