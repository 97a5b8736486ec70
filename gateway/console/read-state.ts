import type { LiveBreakerState, LiveDecisions, LiveEndpoint, LiveState, LiveSubgraph } from '../../console/live.ts';
import type { MetricSeries, ProcessFamilies } from '../telemetry/metrics/metric-family.ts';

/** What of metrics the state of a gateway is read from. */
export const stateMetrics = [
  'overlock_breaker_state',
  'overlock_bulkhead_in_flight',
  'overlock_bulkhead_limit',
  'overlock_bulkhead_queued',
  'overlock_cache_requests_total',
  'overlock_endpoint_calls_total',
  'overlock_endpoint_ejected',
  'overlock_endpoint_healthy',
  'overlock_endpoint_in_flight',
  'overlock_generation_age_seconds',
  'overlock_limit_decisions_total',
  'overlock_operation_cache_total',
  'overlock_operations_in_flight',
  'overlock_plan_cache_total',
  'overlock_policy_denials_total',
  'overlock_quota_used_ratio',
  'overlock_requests_shed_total',
  'overlock_schema_canary_percent',
  'overlock_sockets_open',
  'overlock_streams_open',
  'overlock_supergraph_info',
  'overlock_supergraph_refused',
  'nodejs_heap_size_used_bytes',
] as const;

type Name = (typeof stateMetrics)[number];

/** One value with its labels. */
interface Sample {
  readonly labels: readonly string[];
  readonly value: number;
}

/** What metrics of the processes of a gateway say of its state. */
type CountedState = Pick<
  LiveState,
  'isCounted' | 'processes' | 'load' | 'heapBytes' | 'graph' | 'subgraphs' | 'limits'
> & { readonly lookups: LiveState['cache']['lookups'] };

/** Reads the state of a gateway from the metrics of its processes. */
export function readState(processes: readonly ProcessFamilies[]): CountedState {
  const read = (name: Name) => samplesOf(processes, name);
  const sum = (name: Name) => total(read(name));
  const most = (name: Name) => Math.max(0, ...read(name).map(({ value }) => value));
  const [info] = read('overlock_supergraph_info');
  const age = read('overlock_generation_age_seconds').map(({ value }) => value);
  return {
    isCounted: processes.some(({ families }) => families.length > 0),
    processes: processes.length,
    load: {
      inFlight: sum('overlock_operations_in_flight'),
      streams: sum('overlock_streams_open'),
      sockets: sum('overlock_sockets_open'),
    },
    heapBytes: sum('nodejs_heap_size_used_bytes'),
    graph: {
      fingerprint: info?.labels[0],
      ageMs: age.length === 0 ? undefined : Math.min(...age) * 1_000,
      isRefused: most('overlock_supergraph_refused') > 0,
      trialPercent: most('overlock_schema_canary_percent'),
    },
    subgraphs: readSubgraphs(read),
    lookups: [
      ...toDecisions(read('overlock_cache_requests_total'), [0], 2),
      ...named('operations', read('overlock_operation_cache_total')),
      ...named('plans', read('overlock_plan_cache_total')),
    ],
    limits: {
      rules: toDecisions(read('overlock_limit_decisions_total'), [0], 1),
      quotas: groupBy(read('overlock_quota_used_ratio'), ({ labels }) => labels[0] ?? '').map(([rule, samples]) => {
        return { rule, used: Math.max(...samples.map(({ value }) => value)) };
      }),
      policies: toDecisions(read('overlock_policy_denials_total'), [0, 1], 2),
      shed: toOutcomes(read('overlock_requests_shed_total'), 0),
    },
  };
}

function readSubgraphs(read: (name: Name) => readonly Sample[]): readonly LiveSubgraph[] {
  const names = ['overlock_breaker_state', 'overlock_bulkhead_in_flight', 'overlock_endpoint_in_flight'] as const;
  const subgraphs = new Set(names.flatMap(read).map(({ labels }) => labels[0] ?? ''));
  return [...subgraphs].sort().map((name): LiveSubgraph => {
    const own = (metric: Name) => read(metric).filter(({ labels }) => labels[0] === name);
    const limits = own('overlock_bulkhead_limit');
    return {
      name,
      breakers: groupBy(own('overlock_breaker_state'), ({ labels }) => labels[1] ?? '').map(([endpoint, samples]) => {
        return { endpoint, state: toState(Math.max(...samples.map(({ value }) => value))) };
      }),
      endpoints: readEndpoints(own),
      inFlight: total(own('overlock_bulkhead_in_flight')),
      queued: total(own('overlock_bulkhead_queued')),
      limit: limits.length === 0 ? undefined : total(limits),
    };
  });
}

function readEndpoints(own: (metric: Name) => readonly Sample[]): readonly LiveEndpoint[] {
  return groupBy(own('overlock_endpoint_in_flight'), ({ labels }) => labels[1] ?? '').map(([endpoint, samples]) => {
    const of = (metric: Name) => own(metric).filter(({ labels }) => labels[1] === endpoint);
    const calls = (outcome: string) =>
      total(of('overlock_endpoint_calls_total').filter(({ labels }) => labels[2] === outcome));
    return {
      endpoint,
      isHealthy: of('overlock_endpoint_healthy').every(({ value }) => value > 0),
      isEjected: of('overlock_endpoint_ejected').some(({ value }) => value > 0),
      inFlight: total(samples),
      answered: calls('answered'),
      failed: calls('failed'),
    };
  });
}

const states: readonly LiveBreakerState[] = ['closed', 'half-open', 'open'];

function toState(value: number): LiveBreakerState {
  return states[value] ?? 'closed';
}

/** How often each of `outcome` was decided, by what the labels at `places` name. */
function toDecisions(samples: readonly Sample[], places: readonly number[], outcome: number): readonly LiveDecisions[] {
  const nameOf = ({ labels }: Sample) => places.map((place) => labels[place] ?? '').join(' ');
  return groupBy(samples, nameOf).map(([name, own]) => ({ name, outcomes: toOutcomes(own, outcome) }));
}

function named(name: string, samples: readonly Sample[]): readonly LiveDecisions[] {
  return samples.length === 0 ? [] : [{ name, outcomes: toOutcomes(samples, 0) }];
}

function toOutcomes(samples: readonly Sample[], place: number): Readonly<Record<string, number>> {
  return Object.fromEntries(
    groupBy(samples, ({ labels }) => labels[place] ?? '').map(([key, own]) => [key, total(own)]),
  );
}

function total(samples: readonly Sample[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0);
}

function groupBy(
  samples: readonly Sample[],
  keyOf: (sample: Sample) => string,
): readonly [string, readonly Sample[]][] {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = keyOf(sample);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [sample]);
    else group.push(sample);
  }
  return [...groups];
}

function samplesOf(processes: readonly ProcessFamilies[], name: Name): readonly Sample[] {
  const toSample = ({ values, numbers }: MetricSeries): Sample => ({ labels: values, value: numbers[0] ?? 0 });
  return processes.flatMap(({ families }) =>
    families.filter((family) => family.name === name).flatMap(({ series }) => series.map(toSample)),
  );
}
