import type { EndpointState } from '../endpoint-state.ts';
import type { Balancer, BalancerOptions } from './balancer.ts';

/** In proportion to the weights, and as evenly spaced as they allow: each earns its share with every turn, and a turn costs all of it. */
export function weighted({ slowStartMs }: Pick<BalancerOptions, 'slowStartMs'>): Balancer {
  return (among, _affinity, nowMs) => {
    let best: EndpointState | undefined;
    let total = 0;
    for (const endpoint of among) {
      const share = endpoint.shareAt(nowMs, slowStartMs);
      total += share;
      endpoint.credit += share;
      if (best === undefined || endpoint.credit > best.credit) best = endpoint;
    }
    if (best !== undefined) best.credit -= total;
    return best;
  };
}
