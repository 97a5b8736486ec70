import type { EndpointFacts, EndpointReporter } from '../telemetry.ts';
import { requestBounds } from './bounds.ts';
import type { CounterMetric, HistogramMetric } from './metric.ts';
import { Tally } from './tally.ts';

type Outcome = Parameters<EndpointReporter['called']>[1];

const outcomes = ['answered', 'failed', 'cancelled'] as const satisfies readonly Outcome[];

/** The calls to one endpoint. */
interface Calls {
  readonly outcomes: Record<Outcome, number>;
  readonly duration: Tally;
}

/** The endpoints of one subgraph. */
interface Opened {
  readonly subgraph: string;
  readonly read: () => readonly Pick<EndpointFacts, 'endpoint'>[];
  readonly calls: Map<string, Calls>;
}

/** Counts calls by endpoint, for as long as there is the endpoint. */
export class EndpointCalls {
  readonly metrics: readonly [CounterMetric, HistogramMetric] = [
    {
      kind: 'counter',
      name: 'overlock_endpoint_calls_total',
      help: 'Calls to endpoints, by whether they were answered, failed, or were given up as nobody waited any longer.',
      labels: ['subgraph', 'endpoint', 'outcome'],
      read: () =>
        this.#present().flatMap(({ values, calls }) =>
          outcomes.map((outcome) => ({ values: [...values, outcome], value: calls.outcomes[outcome] })),
        ),
    },
    {
      kind: 'histogram',
      name: 'overlock_endpoint_call_duration_seconds',
      help: 'Time that calls to endpoints took.',
      labels: ['subgraph', 'endpoint'],
      bounds: requestBounds,
      read: () => this.#present().map(({ values, calls }) => ({ values, value: calls.duration.toDistribution() })),
    },
  ];
  readonly #most: number;
  readonly #opened = new Set<Opened>();

  /** @param most how many endpoints are told of */
  constructor(most: number) {
    this.#most = most;
  }

  /** Counts for the endpoints of a subgraph, until it is closed. */
  open(subgraph: string, read: Opened['read']) {
    const opened: Opened = { subgraph, read, calls: new Map() };
    this.#opened.add(opened);
    return {
      add: (endpoint: string, outcome: Outcome, durationMs: number) => {
        let calls = opened.calls.get(endpoint);
        if (calls === undefined) {
          // Where nobody reads, what is gone is forgotten here.
          if (opened.calls.size >= this.#most) forgetGone(opened);
          if (opened.calls.size >= this.#most) return;
          calls = { outcomes: { answered: 0, failed: 0, cancelled: 0 }, duration: new Tally(requestBounds) };
          opened.calls.set(endpoint, calls);
        }
        calls.outcomes[outcome] += 1;
        calls.duration.observe(durationMs / 1_000);
      },
      close: () => void this.#opened.delete(opened),
    };
  }

  /** Those of endpoints that are there; while a configuration gives way to the next, the newer one tells of what both have. */
  #present() {
    const present = new Map<string, { readonly values: readonly string[]; readonly calls: Calls }>();
    for (const opened of this.#opened) {
      const { subgraph } = opened;
      forgetGone(opened);
      for (const [endpoint, calls] of opened.calls) {
        const key = `${subgraph} ${endpoint}`;
        if (present.has(key) || present.size < this.#most) present.set(key, { values: [subgraph, endpoint], calls });
      }
    }
    return [...present.values()];
  }
}

function forgetGone({ read, calls }: Opened): void {
  const names = new Set(read().map(({ endpoint }) => endpoint));
  for (const endpoint of calls.keys()) if (!names.has(endpoint)) calls.delete(endpoint);
}
