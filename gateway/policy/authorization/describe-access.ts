import type { FieldAccess } from './decide.ts';
import { describeRequirement } from './requirement.ts';

/** One guarded path of an operation, for people. */
export interface DescribedAccess {
  readonly path: string;
  readonly allowed: boolean;
  readonly demands: readonly DescribedDemand[];
}

interface DescribedDemand {
  readonly coordinate: string;
  readonly requirement: string;
  readonly met: boolean;
  /** Names of subgraphs, or the place in the configuration; `supergraph` when it is not known which subgraphs say so. */
  readonly from: readonly string[];
}

/** Where a demand comes from. */
export type OriginsOf = (demand: FieldAccess['demands'][number]) => readonly string[];

/** Tells what a guarded path demands, and whether it has it. */
export function describeAccess({ path, onlyFor, demands }: FieldAccess, originsOf: OriginsOf): DescribedAccess {
  return {
    path: path.join('.') + (onlyFor === undefined ? '' : ` (of a ${onlyFor})`),
    allowed: demands.every(({ met }) => met),
    demands: demands.map((demand) => ({
      coordinate: demand.coordinate,
      requirement: describeRequirement(demand.requirement),
      met: demand.met,
      from: originsOf(demand),
    })),
  };
}
