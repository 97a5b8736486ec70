import type { Plan } from './plan.ts';

/** What running a plan takes. */
export interface PlanCounts {
  /** How many requests to subgraphs there are at most. */
  readonly fetches: number;
  /** How many of them run one after the other, at the longest. */
  readonly waves: number;
}

/** Counts the fetches of a plan; `undefined` stands for one that asks no subgraph. */
export function countPlan(plan: Plan | undefined): PlanCounts {
  let fetches = 0;
  let waves = 0;
  for (const { steps } of plan?.stages ?? []) {
    const depths = new Map<number, number>();
    for (const { kind, id, after } of steps) {
      const before = Math.max(0, ...after.map((other) => depths.get(other) ?? 0));
      depths.set(id, kind === 'fetch' ? before + 1 : before);
      if (kind === 'fetch') fetches++;
    }
    waves += Math.max(0, ...depths.values());
  }
  return { fetches, waves };
}
