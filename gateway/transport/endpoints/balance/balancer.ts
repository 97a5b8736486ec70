import type { EndpointState } from '../endpoint-state.ts';

/** Chooses among endpoints that may all be asked; `undefined` when there are none. */
export type Balancer = (
  among: readonly EndpointState[],
  affinity: string | undefined,
  nowMs: number,
) => EndpointState | undefined;

/** What balancers go by. */
export interface BalancerOptions {
  /** 0 when endpoints need no slow start. */
  readonly slowStartMs: number;
  /** From 0 up to 1, as `Math.random` gives it. */
  readonly random: () => number;
}
