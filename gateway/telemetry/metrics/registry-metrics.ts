import type { RegistryFacts, Telemetry } from '../telemetry.ts';
import { Counter } from './counter.ts';
import type { GaugeMetric, Metric } from './metric.ts';

/** What is counted of following a registry, and of telling it of usage. */
export interface RegistryMetrics
  extends Pick<Telemetry, 'registryFollowed' | 'artifactRead' | 'usageTold' | 'usageDropped'> {
  readonly metrics: readonly Metric[];
}

/** What is counted of a registry, all at zero; gauges are absent until one is followed. */
export function createRegistryMetrics(): RegistryMetrics {
  let facts: RegistryFacts | undefined;
  const gauge = (name: string, help: string, read: (facts: RegistryFacts) => number | undefined): GaugeMetric => ({
    kind: 'gauge',
    name,
    help,
    labels: [],
    read: () => {
      const value = facts && read(facts);
      return value === undefined ? [] : [{ values: [], value }];
    },
  });
  const artifacts = new Counter({
    name: 'overlock_registry_artifacts_total',
    help: 'Supergraphs that the registry gave, by whether they were taken or refused.',
    labels: ['outcome'],
  });
  const reports = new Counter({
    name: 'overlock_usage_reports_total',
    help: 'Reports of usage to the registry, by whether they were sent or lost.',
    labels: ['outcome'],
  });
  const dropped = new Counter({
    name: 'overlock_usage_dropped_total',
    help: 'Operations of clients that the registry was not told of.',
    labels: [],
  });
  dropped.add(0);
  return {
    metrics: [
      gauge('overlock_registry_up', 'Whether the registry answered when it was asked last.', ({ isUp }) =>
        Number(isUp),
      ),
      gauge(
        'overlock_registry_copy_used',
        'Whether the supergraph comes from the copy on disk, because the registry could not be asked.',
        ({ isCopy }) => Number(isCopy),
      ),
      gauge(
        'overlock_registry_version',
        'Version of the last good supergraph of the registry.',
        ({ version }) => version,
      ),
      artifacts,
      reports,
      dropped,
    ],
    registryFollowed: (next) => {
      facts = next;
    },
    artifactRead: (outcome) => artifacts.increment(outcome),
    usageTold: (outcome) => reports.increment(outcome),
    usageDropped: (operations) => dropped.add(operations),
  };
}
