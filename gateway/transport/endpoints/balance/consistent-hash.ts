import type { EndpointState } from '../endpoint-state.ts';
import { rendezvous } from '../rendezvous.ts';
import type { Balancer, BalancerOptions } from './balancer.ts';

/** How far above its part of all calls in flight an endpoint may be before keys of its own go elsewhere. */
const loadFactor = 1.25;
/** So many calls in flight are never too many: a part of the few that there are mostly would be one, and a client's next call went elsewhere. */
const freeMost = 32;

const seedOf = ({ seed }: EndpointState): number => seed;

/**
 * The same endpoint for the same key, as long as that has not much more to do than the others
 * (https://arxiv.org/abs/1608.01350); without a key `otherwise` chooses.
 */
export function consistentHash({ slowStartMs }: BalancerOptions, otherwise: Balancer): Balancer {
  return (among, affinity, nowMs) => {
    if (affinity === undefined) return otherwise(among, affinity, nowMs);
    let inFlight = 1;
    let weights = 0;
    for (const endpoint of among) {
      inFlight += endpoint.inFlight;
      weights += endpoint.weight;
    }
    const mostPerWeight = (loadFactor * inFlight) / weights;
    return rendezvous(affinity, among, seedOf, (endpoint) =>
      // Rounded up, so that there is always one with room.
      endpoint.inFlight < Math.max(freeMost, Math.ceil(mostPerWeight * endpoint.weight))
        ? endpoint.shareAt(nowMs, slowStartMs)
        : 0,
    );
  };
}
