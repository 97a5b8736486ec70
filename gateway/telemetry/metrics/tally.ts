import type { Distribution, Exemplar } from './metric.ts';

/** How often each range was observed: one series of a histogram. */
export class Tally implements Distribution {
  readonly counts: number[];
  readonly exemplars: (Exemplar | undefined)[] = [];
  sum = 0;
  count = 0;
  readonly #bounds: readonly number[];

  /** @param bounds upper bounds of the ranges, ascending */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  /** Adds an observation; with the trace that shows it, where that is kept. */
  observe(value: number, traceId?: string): void {
    let range = 0;
    while (value > (this.#bounds[range] ?? Number.POSITIVE_INFINITY)) range += 1;
    this.counts[range] = (this.counts[range] ?? 0) + 1;
    this.sum += value;
    this.count += 1;
    if (traceId !== undefined) this.exemplars[range] = { traceId, value, atMs: Date.now() };
  }

  toDistribution(): Distribution {
    const { counts, exemplars, sum, count } = this;
    return { counts: [...counts], exemplars: [...exemplars], sum, count };
  }
}
