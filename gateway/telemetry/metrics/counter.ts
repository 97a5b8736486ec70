import { LabelSeries } from './label-series.ts';
import type { CounterMetric, Sample } from './metric.ts';

type Description = Pick<CounterMetric, 'name' | 'help' | 'labels'>;

/** What is counted under some label values. */
export interface CounterSeries {
  value: number;
}

/** Counts upwards. */
export class Counter implements CounterMetric {
  readonly kind = 'counter';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly #series = new LabelSeries((): CounterSeries => ({ value: 0 }));

  constructor({ name, help, labels }: Description) {
    this.name = name;
    this.help = help;
    this.labels = labels;
  }

  /** Adds one to the series of these label values. */
  readonly increment = (...values: readonly string[]): void => {
    this.#series.at(values).value += 1;
  };

  readonly add = (amount: number, ...values: readonly string[]): void => {
    this.#series.at(values).value += amount;
  };

  /** The series of these label values, for who counts so often that to look it up each time would be felt. */
  readonly series = (...values: readonly string[]): CounterSeries => this.#series.at(values);

  readonly read = (): readonly Sample<number>[] =>
    Array.from(this.#series, ({ values, state }) => ({ values, value: state.value }));
}
