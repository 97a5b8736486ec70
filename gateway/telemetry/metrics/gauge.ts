import type { GaugeMetric } from './metric.ts';

/** A value without labels that goes up and down and is asked for when it is read. */
export function createGauge(name: string, help: string, read: () => number): GaugeMetric {
  return { kind: 'gauge', name, help, labels: [], read: () => [{ values: [], value: read() }] };
}
