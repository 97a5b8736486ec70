/** Series of a metric. */
export interface Series {
  readonly metric: string;
  /** Only those in which these labels have one of these values. */
  readonly where: Readonly<Record<string, readonly string[]>>;
}

/** Something that is counted. */
export type Quantity =
  | ({ readonly kind: 'counter' } & Series)
  /** What a histogram observed; with `above`, one of its bounds, only what was greater. */
  | ({ readonly kind: 'observations'; readonly above?: number } & Series);

/** A window that is long, to be sure, and one that is short, to be over soon: https://sre.google/workbook/alerting-on-slos/. */
export interface BurnWindow {
  readonly longMs: number;
  readonly shortMs: number;
  /** How many times too fast the budget is used up. */
  readonly factor: number;
}

/**
 * What alerts look at: the same in this process, and as an expression of Prometheus. Series with the same values of the labels in `by` are
 * looked at together.
 */
export type Condition =
  /** The share of `part` in `whole` is greater than `above`, and there were at least `least` of them. */
  | {
      readonly kind: 'ratio';
      readonly by: readonly string[];
      readonly part: Quantity;
      readonly whole: Quantity;
      readonly overMs: number;
      readonly above: number;
      readonly least: number;
    }
  | {
      readonly kind: 'quantile';
      readonly by: readonly string[];
      readonly histogram: Series;
      readonly quantile: number;
      readonly overMs: number;
      /** In the unit of the histogram. */
      readonly above: number;
      readonly least: number;
    }
  /** It grew by more than `above`. */
  | {
      readonly kind: 'increase';
      readonly by: readonly string[];
      readonly counter: Series;
      readonly overMs: number;
      readonly above: number;
    }
  /** The greatest of a gauge is greater than `above`, or the least less than `below`. */
  | { readonly kind: 'gauge'; readonly by: readonly string[]; readonly gauge: Series; readonly above: number }
  | { readonly kind: 'low'; readonly by: readonly string[]; readonly gauge: Series; readonly below: number }
  /** The share of `part` in `whole` is more than `budget` times the factor of one of the windows, in both of its lengths. */
  | {
      readonly kind: 'burn';
      readonly by: readonly string[];
      readonly part: Quantity;
      readonly whole: Quantity;
      /** The share that may be bad. */
      readonly budget: number;
      readonly windows: readonly BurnWindow[];
    };

/** The metrics that a condition looks at. */
export function metricsOf(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case 'ratio':
    case 'burn':
      return [condition.part.metric, condition.whole.metric];
    case 'quantile':
      return [condition.histogram.metric];
    case 'increase':
      return [condition.counter.metric];
    case 'gauge':
    case 'low':
      return [condition.gauge.metric];
    default:
      return condition satisfies never;
  }
}
