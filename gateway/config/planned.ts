import type { ValuePath } from './problem.ts';
import { fitsPattern } from './values.ts';

/** Keys that `overlock.yaml` will have and this version does not, with what they will be for. `*` stands for any name. */
const plannedKeys: Readonly<Record<string, string>> = {
  cache: 'response and entity caches',
  'traffic.all.retries': 'retries',
  'traffic.all.breaker': 'circuit breakers',
  'traffic.all.maxConcurrency': 'bulkheads',
  'traffic.subgraphs.*.retries': 'retries',
  'traffic.subgraphs.*.breaker': 'circuit breakers',
  'traffic.subgraphs.*.maxConcurrency': 'bulkheads',
  'traffic.subgraphs.*.endpoints': 'several endpoints of one subgraph',
  'traffic.subgraphs.*.balance': 'load balancing',
  'traffic.subgraphs.*.health': 'health checks of subgraphs',
  'telemetry.traces.keep': 'keeping the traces that matter',
};

/** What a planned key will be for, or `undefined` when the key is not a planned one. */
export function plannedKey(path: ValuePath): string | undefined {
  return Object.entries(plannedKeys).find(([pattern]) => fitsPattern(path, pattern))?.[1];
}
