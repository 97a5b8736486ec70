import type { EndpointState } from '../endpoint-state.ts';
import type { Balancer, BalancerOptions } from './balancer.ts';

/** The one with the fewest calls in flight for its weight. */
export function leastInFlight({ slowStartMs, random }: BalancerOptions): Balancer {
  return (among, _affinity, nowMs) => {
    // Otherwise the first would get all calls that come while nothing is in flight.
    const start = Math.floor(random() * among.length);
    let best: EndpointState | undefined;
    let leastLoad = Number.POSITIVE_INFINITY;
    for (let step = 0; step < among.length; step += 1) {
      const endpoint = among[(start + step) % among.length];
      if (endpoint === undefined) continue;
      const load = (endpoint.inFlight + 1) / endpoint.shareAt(nowMs, slowStartMs);
      if (load >= leastLoad) continue;
      best = endpoint;
      leastLoad = load;
    }
    return best;
  };
}
