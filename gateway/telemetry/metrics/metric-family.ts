import type { Metric } from './metric.ts';

/** The values of one metric at a moment, as plain data. */
export interface MetricFamily {
  readonly name: string;
  readonly kind: Metric['kind'];
  readonly labels: readonly string[];
  /** Upper bounds of the ranges of a histogram; empty for others. */
  readonly bounds: readonly number[];
  readonly series: readonly MetricSeries[];
}

export interface MetricSeries {
  /** Of the labels, in their order. */
  readonly values: readonly string[];
  /** The one value; of a histogram how often each range was observed, not cumulative. */
  readonly numbers: readonly number[];
}

/** Metrics of one process of a gateway. */
export interface ProcessFamilies {
  readonly process: string;
  readonly families: readonly MetricFamily[];
}

/** Reads those of `metrics` that are named. */
export function readFamilies(metrics: readonly Metric[], names: readonly string[]): readonly MetricFamily[] {
  return metrics.filter(({ name }) => names.includes(name)).map(toFamily);
}

function toFamily(metric: Metric): MetricFamily {
  const { name, kind, labels } = metric;
  const series =
    metric.kind === 'histogram'
      ? metric.read().map(({ values, value }) => ({ values, numbers: value.counts }))
      : metric.read().map(({ values, value }) => ({ values, numbers: [value] }));
  return { name, kind, labels, bounds: metric.kind === 'histogram' ? metric.bounds : [], series };
}
