import type { MetricFamily, ProcessFamilies } from '../telemetry/metrics/metric-family.ts';

/** One series of one process. */
export interface Sample {
  readonly labels: ReadonlyMap<string, string>;
  /** The value of a gauge; by how much a counter, or each range of a histogram, grew since the last look. */
  readonly numbers: readonly number[];
  /** Of the ranges of a histogram; empty for others. */
  readonly bounds: readonly number[];
}

/** By name of the metric. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

/** Looks at metrics again and again, and knows by how much they grew. */
export class Sampler {
  /** What was read last, by process and series. */
  #former: ReadonlyMap<string, readonly number[]> = new Map();
  #processes: ReadonlySet<string> = new Set();

  /** What a process shows the first time was before: only what comes later is growth. One that starts anew counts from 0 again. */
  take(processes: readonly ProcessFamilies[]): Samples {
    const latest = new Map<string, readonly number[]>();
    const samples = new Map<string, Sample[]>();
    for (const { process, families } of processes) {
      const isKnown = this.#processes.has(process);
      for (const family of families) {
        const all = samples.get(family.name) ?? [];
        samples.set(family.name, all);
        for (const { values, numbers } of family.series) {
          const key = JSON.stringify([process, family.name, values]);
          latest.set(key, numbers);
          const former = isKnown ? (this.#former.get(key) ?? []) : numbers;
          const seen = family.kind === 'gauge' ? numbers : growthOf(numbers, former);
          all.push({ labels: toLabels(family, values), numbers: seen, bounds: family.bounds });
        }
      }
    }
    this.#former = latest;
    this.#processes = new Set(processes.map(({ process }) => process));
    return samples;
  }
}

function growthOf(numbers: readonly number[], former: readonly number[]): readonly number[] {
  const isAnew = numbers.some((one, place) => one < (former[place] ?? 0));
  return isAnew ? numbers : numbers.map((one, place) => one - (former[place] ?? 0));
}

function toLabels({ labels }: MetricFamily, values: readonly string[]): ReadonlyMap<string, string> {
  return new Map(labels.map((label, place) => [label, values[place] ?? '']));
}
