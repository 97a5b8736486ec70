import type { BackendFacts, BackendReporter, Telemetry } from '../telemetry.ts';
import { Counter } from './counter.ts';
import type { GaugeMetric, Metric, Sample } from './metric.ts';

/** What is counted of subgraphs as a whole. */
export interface BackendMetrics extends Pick<Telemetry, 'backendOpened'> {
  readonly metrics: readonly Metric[];
}

type Read = () => BackendFacts;

const stateValues = { closed: 0, 'half-open': 1, open: 2 } as const;

/** What is counted of subgraphs as a whole, all at zero. */
export function createBackendMetrics(): BackendMetrics {
  const { retries, hedges, transitions, refusals, copies } = createInstruments();
  // For a while there may be two of one subgraph: the former ends what it began.
  const backends = new Map<Read, string>();
  const gauge = (
    name: string,
    help: string,
    labels: readonly string[],
    samplesOf: (subgraph: string, facts: BackendFacts) => readonly Sample<number>[],
    join: (values: readonly number[]) => number,
  ): GaugeMetric => ({
    kind: 'gauge',
    name,
    help,
    labels,
    read: () =>
      joinEqual(
        [...backends].flatMap(([read, subgraph]) => samplesOf(subgraph, read())),
        join,
      ),
  });
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const perSubgraph = (name: string, help: string, pick: (facts: BackendFacts) => number) =>
    gauge(name, help, ['subgraph'], (subgraph, facts) => [{ values: [subgraph], value: pick(facts) }], sum);
  return {
    metrics: [
      retries,
      hedges,
      transitions,
      refusals,
      copies,
      gauge(
        'overlock_breaker_state',
        'Breakers of subgraphs, and of endpoints where there are several: 0 closed, 1 half-open, 2 open.',
        ['subgraph', 'endpoint'],
        (subgraph, { breakers }) =>
          breakers.map(({ endpoint, state }) => ({ values: [subgraph, endpoint], value: stateValues[state] })),
        (values) => Math.max(...values),
      ),
      perSubgraph('overlock_bulkhead_in_flight', 'Fetches that are let out to a subgraph.', ({ inFlight }) => inFlight),
      perSubgraph('overlock_bulkhead_queued', 'Fetches that wait to be let out.', ({ queued }) => queued),
      perSubgraph('overlock_bulkhead_limit', 'Most fetches that are let out to a subgraph now.', ({ limit }) => limit),
    ],
    backendOpened(subgraph, read): BackendReporter {
      backends.set(read, subgraph);
      return {
        retried: (outcome) => retries.increment(subgraph, outcome),
        hedged: (outcome) => hedges.increment(subgraph, outcome),
        breakerChanged: (endpoint, state) => transitions.increment(subgraph, endpoint, state),
        refused: () => refusals.increment(subgraph),
        copied: (outcome) => copies.increment(subgraph, outcome),
        closed: () => void backends.delete(read),
      };
    },
  };
}

/** One sample for all that have the same labels. */
function joinEqual(
  samples: readonly Sample<number>[],
  join: (values: readonly number[]) => number,
): readonly Sample<number>[] {
  const byLabels = new Map<string, { readonly values: readonly string[]; readonly all: number[] }>();
  for (const { values, value } of samples) {
    const key = JSON.stringify(values);
    const group = byLabels.get(key) ?? { values, all: [] };
    byLabels.set(key, group);
    group.all.push(value);
  }
  return [...byLabels.values()].map(({ values, all }) => ({ values, value: join(all) }));
}

function createInstruments() {
  const retries = new Counter({
    name: 'overlock_retries_total',
    help: 'Fetches that were to be sent again, by whether they were, or were not as there had been too many.',
    labels: ['subgraph', 'outcome'],
  });
  const hedges = new Counter({
    name: 'overlock_hedges_total',
    help: 'Queries that were sent twice because they took long, by whether the second copy was answered first.',
    labels: ['subgraph', 'outcome'],
  });
  const transitions = new Counter({
    name: 'overlock_breaker_transitions_total',
    help: 'Changes of the breakers of subgraphs, and of endpoints where there are several, by their new state.',
    labels: ['subgraph', 'endpoint', 'state'],
  });
  const refusals = new Counter({
    name: 'overlock_bulkhead_refusals_total',
    help: 'Fetches that were not let wait for a subgraph because too many did.',
    labels: ['subgraph'],
  });
  const copies = new Counter({
    name: 'overlock_mirror_copies_total',
    help: 'Queries that were to be copied to a shadow, by whether its data was the same, different, not compared, did not come (failed), or was not asked for as too many copies were in flight (skipped).',
    labels: ['subgraph', 'outcome'],
  });
  return { retries, hedges, transitions, refusals, copies };
}
