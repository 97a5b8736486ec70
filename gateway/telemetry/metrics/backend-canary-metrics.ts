import type { Telemetry } from '../telemetry.ts';
import { Counter } from './counter.ts';
import type { Metric } from './metric.ts';

/** What is counted of groups of endpoints that are tried beside others. */
export interface BackendCanaryMetrics
  extends Pick<Telemetry, 'backendCanaryOpened' | 'backendCanaryCalled' | 'backendCanaryChanged'> {
  readonly metrics: readonly Metric[];
}

/** Metrics of canaries, of none so far. */
export function createBackendCanaryMetrics(): BackendCanaryMetrics {
  // While a configuration gives way to the next, both may have one; the later one counts.
  const opened = new Map<() => number, string>();
  const calls = new Counter({
    name: 'overlock_backend_canary_calls_total',
    help: 'Calls of a canary of a subgraph and of its baseline, by whether they were answered without errors.',
    labels: ['subgraph', 'side', 'outcome'],
  });
  const changes = new Counter({
    name: 'overlock_backend_canary_changes_total',
    help: 'Canaries of subgraphs that were started, went to more calls (stepped), were promoted or rolled back.',
    labels: ['subgraph', 'change'],
  });
  return {
    metrics: [
      calls,
      changes,
      {
        kind: 'gauge',
        name: 'overlock_backend_canary_share',
        help: 'Share of the calls of a subgraph that go to its canary, from 0 to 1.',
        labels: ['subgraph'],
        read: () =>
          Array.from(new Map(Array.from(opened, ([read, subgraph]) => [subgraph, read] as const)), ([name, read]) => {
            return { values: [name], value: read() };
          }),
      },
    ],
    backendCanaryOpened(subgraph, readShare) {
      opened.set(readShare, subgraph);
      return () => opened.delete(readShare);
    },
    backendCanaryCalled(subgraph, side, count, errors) {
      if (count > errors) calls.add(count - errors, subgraph, side, 'good');
      if (errors > 0) calls.add(errors, subgraph, side, 'bad');
    },
    backendCanaryChanged: (subgraph, change) => changes.increment(subgraph, change),
  };
}
