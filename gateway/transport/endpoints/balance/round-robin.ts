import type { Balancer, BalancerOptions } from './balancer.ts';

/** One after the other, whatever their weights; those that start slowly are passed over in part of their turns. */
export function roundRobin({ slowStartMs, random }: BalancerOptions): Balancer {
  let turn = Math.floor(random() * 1_000);
  return (among, _affinity, nowMs) => {
    for (let tries = 0; tries < among.length; tries += 1) {
      turn = (turn + 1) % among.length;
      const endpoint = among[turn];
      if (endpoint === undefined) continue;
      if (endpoint.startedMs === undefined) return endpoint;
      if (random() * endpoint.weight < endpoint.shareAt(nowMs, slowStartMs)) return endpoint;
    }
    return among[turn];
  };
}
