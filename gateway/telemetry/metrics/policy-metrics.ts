import type { CostFacts, DenialFacts } from '../telemetry.ts';
import { Counter } from './counter.ts';
import { Histogram } from './histogram.ts';
import type { Metric } from './metric.ts';

/** From a field or two to what no limit should allow. */
const costBounds = [1, 10, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000];

/** What is counted of policies. */
export interface PolicyMetrics {
  readonly metrics: readonly Metric[];
  readonly policyDenied: (facts: DenialFacts) => void;
  readonly costCounted: (facts: CostFacts) => void;
}

/** Counters and histograms of what policies decide, all at zero. */
export function createPolicyMetrics(): PolicyMetrics {
  const denials = new Counter({
    name: 'overlock_policy_denials_total',
    help: 'Operations that a policy refused, withheld a part of, or would have refused if it did not only measure.',
    labels: ['policy', 'code', 'outcome'],
  });
  const estimated = new Histogram({
    name: 'overlock_operation_cost_estimated',
    help: 'Cost that operations were taken to have before they ran, refused ones included.',
    labels: ['tier'],
    bounds: costBounds,
  });
  const actual = new Histogram({
    name: 'overlock_operation_cost_actual',
    help: 'Cost that the answers to operations came to.',
    labels: ['tier'],
    bounds: costBounds,
  });
  return {
    metrics: [denials, estimated, actual],
    policyDenied: ({ policy, code, outcome }) => denials.increment(policy, code, outcome),
    costCounted: ({ kind, tier, cost }) => (kind === 'estimated' ? estimated : actual).observe(cost, tier),
  };
}
