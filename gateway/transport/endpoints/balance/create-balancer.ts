import type { Balance } from '../../../config/endpoints.ts';
import type { Balancer, BalancerOptions } from './balancer.ts';
import { consistentHash } from './consistent-hash.ts';
import { leastInFlight } from './least-in-flight.ts';
import { peakEwma } from './peak-ewma.ts';
import { roundRobin } from './round-robin.ts';
import { weighted } from './weighted.ts';

/** The balancer that the configuration names. */
export function createBalancer(balance: Balance, options: BalancerOptions): Balancer {
  switch (balance) {
    case 'peak-ewma':
      return peakEwma(options);
    case 'round-robin':
      return roundRobin(options);
    case 'weighted':
      return weighted(options);
    case 'least-in-flight':
      return leastInFlight(options);
    case 'consistent-hash':
      return consistentHash(options, peakEwma(options));
    default:
      return balance satisfies never;
  }
}
