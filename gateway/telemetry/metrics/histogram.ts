import { LabelSeries } from './label-series.ts';
import type { Distribution, HistogramMetric, Sample } from './metric.ts';

type Description = Pick<HistogramMetric, 'name' | 'help' | 'labels' | 'bounds'>;

/** Counts observations by the range they fall into. */
export class Histogram implements HistogramMetric {
  readonly kind = 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly bounds: readonly number[];
  readonly #series: LabelSeries<{ readonly counts: number[]; sum: number; count: number }>;

  constructor({ name, help, labels, bounds }: Description) {
    this.name = name;
    this.help = help;
    this.labels = labels;
    this.bounds = bounds;
    this.#series = new LabelSeries(() => ({ counts: new Array<number>(bounds.length + 1).fill(0), sum: 0, count: 0 }));
  }

  /** Adds an observation to the series of these label values. */
  readonly observe = (value: number, ...values: readonly string[]): void => {
    const series = this.#series.at(values);
    let index = 0;
    while (value > (this.bounds[index] ?? Number.POSITIVE_INFINITY)) index += 1;
    series.counts[index] = (series.counts[index] ?? 0) + 1;
    series.sum += value;
    series.count += 1;
  };

  readonly read = (): readonly Sample<Distribution>[] =>
    Array.from(this.#series, ({ values, state }) => ({ values, value: { ...state, counts: [...state.counts] } }));
}
