import type { EndpointState } from './endpoint-state.ts';
import { type Groups, groupOf } from './groups.ts';

/** Endpoints in the order in which they are turned to: those of a later tier while none of an earlier one can be asked. */
export interface Tiers {
  readonly lists: readonly (readonly EndpointState[])[];
  /** Those of the group that are in no list; they may be the first to be well again when all that are have trouble. */
  readonly out: readonly EndpointState[];
  /** When an ejected endpoint comes back, so that they have to be worked out anew. */
  readonly untilMs: number;
}

export interface TiersOptions {
  /** Where the gateway runs. */
  readonly zone: string | undefined;
  readonly groups: Pick<Groups, 'isOpen'>;
}

/**
 * The tiers of a group: its endpoints of the first priority and the gateway's own zone, all of its own, those of other groups that calls
 * are shared among. When all of them are out, all of them are asked: some answers are better than none.
 */
export function toTiers(
  endpoints: readonly EndpointState[],
  group: string | undefined,
  nowMs: number,
  { zone, groups }: TiersOptions,
): Tiers {
  const own = endpoints.filter((endpoint) => groupOf(endpoint) === group);
  const others = endpoints.filter((endpoint) => groupOf(endpoint) !== group && groups.isOpen(groupOf(endpoint)));
  const rankOf = ({ priority, zone: of }: EndpointState) => priority * 2 + (of === zone ? 0 : 1);
  const isIn = ({ isHealthy, ejectedUntilMs = 0 }: EndpointState) => isHealthy && ejectedUntilMs <= nowMs;
  const ranked = (list: readonly EndpointState[]) => {
    const ranks = list.map(rankOf);
    const best = Math.min(...ranks);
    return ranks.every((rank) => rank === best) ? [list] : [list.filter((_, index) => ranks[index] === best), list];
  };
  const ins = [...ranked(own.filter(isIn)), ...ranked(others.filter(isIn))].filter((list) => list.length > 0);
  const lists = ins.length > 0 ? ins : [own, others].filter((list) => list.length > 0);
  const returns = endpoints.map(({ ejectedUntilMs = 0 }) => ejectedUntilMs).filter((untilMs) => untilMs > nowMs);
  const out = ins.length > 0 ? own.filter((endpoint) => !isIn(endpoint)) : [];
  return { lists, out, untilMs: Math.min(...returns) };
}
