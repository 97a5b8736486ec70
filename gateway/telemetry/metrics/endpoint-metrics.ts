import type { EndpointFacts, EndpointReporter, Telemetry } from '../telemetry.ts';
import { Counter } from './counter.ts';
import { EndpointCalls } from './endpoint-calls.ts';
import type { GaugeMetric, Metric } from './metric.ts';

/** What is counted of the endpoints of subgraphs. */
export interface EndpointMetrics extends Pick<Telemetry, 'endpointsOpened'> {
  readonly metrics: readonly Metric[];
}

/** The endpoints of one subgraph. */
interface Opened {
  readonly subgraph: string;
  readonly read: () => readonly EndpointFacts[];
}

/** A scraper pays for each series. */
const endpointsMost = 1_000;

/** Metrics of endpoints, of none so far. Those of a cluster come and go without end: what is gone is told of no longer. */
export function createEndpointMetrics(): EndpointMetrics {
  const opened = new Set<Opened>();
  const { ejections, probes, lookups } = createCounters();
  const calls = new EndpointCalls(endpointsMost);
  return {
    metrics: [...gaugesOf(opened), ...calls.metrics, ejections, probes, lookups],
    endpointsOpened(subgraph, read): EndpointReporter {
      const entry = { subgraph, read };
      opened.add(entry);
      const called = calls.open(subgraph, read);
      return {
        called: called.add,
        ejected: (reason) => ejections.increment(subgraph, reason),
        probed: (isGood) => probes.increment(subgraph, isGood ? 'good' : 'bad'),
        lookedUp: (isGood) => lookups.increment(subgraph, isGood ? 'good' : 'bad'),
        closed: () => {
          opened.delete(entry);
          called.close();
        },
      };
    },
  };
}

/** What is true of endpoints now. While a configuration gives way to the next, both may have an endpoint. */
function gaugesOf(opened: ReadonlySet<Opened>): readonly GaugeMetric[] {
  const gauge = (
    name: string,
    help: string,
    read: (facts: EndpointFacts) => number,
    join: (one: number, other: number) => number,
  ): GaugeMetric => ({
    kind: 'gauge',
    name,
    help,
    labels: ['subgraph', 'endpoint'],
    read() {
      const samples = new Map<string, { readonly values: readonly string[]; value: number }>();
      for (const { subgraph, read: list } of opened) {
        for (const facts of list()) {
          const values = [subgraph, facts.endpoint];
          const key = values.join(' ');
          const sample = samples.get(key);
          if (sample !== undefined) sample.value = join(sample.value, read(facts));
          else if (samples.size < endpointsMost) samples.set(key, { values, value: read(facts) });
        }
      }
      return [...samples.values()];
    },
  });
  return [
    gauge(
      'overlock_endpoint_in_flight',
      'Calls that an endpoint has not answered yet.',
      ({ inFlight }) => inFlight,
      (one, other) => one + other,
    ),
    gauge(
      'overlock_endpoint_ejected',
      'Whether an endpoint is not asked because calls failed.',
      ({ isEjected }) => Number(isEjected),
      Math.max,
    ),
    gauge(
      'overlock_endpoint_healthy',
      'Whether probes of an endpoint are good.',
      ({ isHealthy }) => Number(isHealthy),
      Math.min,
    ),
  ];
}

function createCounters() {
  const ejections = new Counter({
    name: 'overlock_endpoint_ejections_total',
    help: 'Endpoints that were not asked for a while because calls failed, by what showed it.',
    labels: ['subgraph', 'reason'],
  });
  const probes = new Counter({
    name: 'overlock_endpoint_probes_total',
    help: 'Probes of endpoints, by what came of them.',
    labels: ['subgraph', 'outcome'],
  });
  const lookups = new Counter({
    name: 'overlock_endpoint_lookups_total',
    help: 'Looks at where the endpoints of a subgraph come from, by what came of them.',
    labels: ['subgraph', 'outcome'],
  });
  return { ejections, probes, lookups };
}
