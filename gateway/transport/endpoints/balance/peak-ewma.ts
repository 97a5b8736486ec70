import type { EndpointState } from '../endpoint-state.ts';
import { latencyAt, penaltyAt } from '../latency.ts';
import type { Balancer, BalancerOptions } from './balancer.ts';

/** Above every latency: who has calls in flight and has never answered is not taken for the fastest. */
const unknownLatencyMs = 60_000;

/** The better of two that are drawn by lot, by running latency and calls in flight: all would run to the best of all at once. */
export function peakEwma({ slowStartMs, random }: BalancerOptions): Balancer {
  const costOf = (endpoint: EndpointState, nowMs: number): number => {
    const { inFlight } = endpoint;
    const latencyMs = latencyAt(endpoint, nowMs) || (inFlight === 0 ? 0 : unknownLatencyMs);
    return ((latencyMs + penaltyAt(endpoint, nowMs)) * (inFlight + 1)) / endpoint.shareAt(nowMs, slowStartMs);
  };
  return (among, _affinity, nowMs) => {
    if (among.length < 2) return among[0];
    const first = Math.floor(random() * among.length);
    const second = (first + 1 + Math.floor(random() * (among.length - 1))) % among.length;
    const [one, other] = [among[first], among[second]];
    if (one === undefined || other === undefined) return one ?? other;
    return costOf(other, nowMs) < costOf(one, nowMs) ? other : one;
  };
}
