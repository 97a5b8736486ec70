interface MetricBase {
  /** Prometheus name: base units, `_total` for counters (https://prometheus.io/docs/practices/naming/). */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** One value of a metric; `values` are those of its labels, in their order. */
export interface Sample<Value> {
  readonly values: readonly string[];
  readonly value: Value;
}

/** How often each range was observed. */
export interface Distribution {
  /** One more than there are bounds: observations above the last bound come last. Not cumulative. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
  /** One request that fell into the range last, by range, where its trace can be looked at. */
  readonly exemplars: readonly (Exemplar | undefined)[];
}

/** An observation whose trace is kept. */
export interface Exemplar {
  /** In hex. */
  readonly traceId: string;
  readonly value: number;
  /** In milliseconds since the epoch. */
  readonly atMs: number;
}

export interface CounterMetric extends MetricBase {
  readonly kind: 'counter';
  readonly read: () => readonly Sample<number>[];
}

export interface GaugeMetric extends MetricBase {
  readonly kind: 'gauge';
  readonly read: () => readonly Sample<number>[];
}

export interface HistogramMetric extends MetricBase {
  readonly kind: 'histogram';
  /** Upper bounds of the ranges, ascending. */
  readonly bounds: readonly number[];
  readonly read: () => readonly Sample<Distribution>[];
}

/** Something that is measured, read when somebody asks. */
export type Metric = CounterMetric | GaugeMetric | HistogramMetric;
