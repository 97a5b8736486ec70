import { LabelSeries } from './label-series.ts';
import type { Distribution, HistogramMetric, Sample } from './metric.ts';
import { Tally } from './tally.ts';

type Description = Pick<HistogramMetric, 'name' | 'help' | 'labels' | 'bounds'>;

/** Counts observations by the range they fall into. */
export class Histogram implements HistogramMetric {
  readonly kind = 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly bounds: readonly number[];
  readonly #series: LabelSeries<Tally>;

  constructor({ name, help, labels, bounds }: Description) {
    this.name = name;
    this.help = help;
    this.labels = labels;
    this.bounds = bounds;
    this.#series = new LabelSeries(() => new Tally(bounds));
  }

  /** Adds an observation to the series of these label values. */
  readonly observe = (value: number, ...values: readonly string[]): void => {
    this.#series.at(values).observe(value);
  };

  /** The series of these label values, for who observes so often that to look it up each time would be felt. */
  readonly tally = (...values: readonly string[]): Tally => this.#series.at(values);

  readonly read = (): readonly Sample<Distribution>[] =>
    Array.from(this.#series, ({ values, state }) => ({ values, value: state.toDistribution() }));
}
