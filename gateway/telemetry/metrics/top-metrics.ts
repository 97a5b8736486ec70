import type { RequestFacts } from '../telemetry.ts';
import { isFailure } from '../traffic/code-label.ts';
import { Top } from '../traffic/top.ts';
import { requestBounds } from './bounds.ts';
import type { CounterMetric, HistogramMetric } from './metric.ts';
import { Tally } from './tally.ts';

export interface TopMetricsOptions {
  /** Begins the names of the metrics. */
  readonly prefix: string;
  /** What requests are told apart by, in the plural. */
  readonly by: string;
  readonly labels: readonly string[];
  /** Their values, of the first request that has a key. */
  readonly valuesOf: (facts: RequestFacts) => readonly string[];
  /** How many are told apart. */
  readonly most: number;
  readonly now: () => number;
}

/** Requests by something that clients choose: the most used have series of their own, the rest is `other`. */
export interface TopMetrics {
  readonly metrics: readonly (CounterMetric | HistogramMetric)[];
  /** Counts a request under what it is told apart by. */
  readonly add: (key: string, facts: RequestFacts, traceId: string | undefined) => void;
}

/** `failure` is what is not the client's fault. */
const outcomes = ['ok', 'error', 'failure'] as const;

interface Group {
  values: readonly string[];
  readonly duration: Tally;
  readonly outcomes: Record<(typeof outcomes)[number], number>;
}

/** Creates them, of none so far. */
export function createTopMetrics({ prefix, by, labels, valuesOf, most, now }: TopMetricsOptions): TopMetrics {
  const others = labels.map(() => 'other');
  const top = new Top<Group>({
    most,
    now,
    create: () => ({ values: others, duration: new Tally(requestBounds), outcomes: { ok: 0, error: 0, failure: 0 } }),
  });
  const groups = () => Array.from(top.entries(), ([, group]) => group).filter(({ duration }) => duration.count > 0);
  return {
    metrics: [
      {
        kind: 'counter',
        name: `${prefix}_requests_total`,
        help: `Requests of the ${by} that ask most, and of all others: ok, error, or failure, which is no fault of the client.`,
        labels: [...labels, 'outcome'],
        read: () =>
          groups().flatMap((group) =>
            outcomes.map((outcome) => ({ values: [...group.values, outcome], value: group.outcomes[outcome] })),
          ),
      },
      {
        kind: 'histogram',
        name: `${prefix}_duration_seconds`,
        help: `Time from the start of a request to its answer, of the ${by} that ask most, and of all others.`,
        labels,
        bounds: requestBounds,
        read: () => groups().map((group) => ({ values: group.values, value: group.duration.toDistribution() })),
      },
    ],
    add(key, facts, traceId) {
      const { errorCodes, durationMs } = facts;
      const group = top.at(key);
      if (group.duration.count === 0 && group !== top.other) group.values = valuesOf(facts);
      group.duration.observe(durationMs / 1_000, traceId);
      const outcome = errorCodes.length === 0 ? 'ok' : errorCodes.some(isFailure) ? 'failure' : 'error';
      group.outcomes[outcome] += 1;
    },
  };
}
