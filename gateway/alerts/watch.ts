import { Ring } from '../telemetry/traffic/ring.ts';
import type { Condition, Quantity, Series } from './condition.ts';
import { quantileOf } from './histogram-quantile.ts';
import type { Sample, Samples } from './samples.ts';

/** That a condition holds for some values of the labels that it tells apart by. */
interface Seen {
  readonly labels: Readonly<Record<string, string>>;
  /** What was measured. */
  readonly value: number;
}

/** Looks once more, and tells for what the condition holds now. To be called every so often. */
export type Watch = (samples: Samples, nowMs: number) => readonly Seen[];

/** More than there are series of a metric. */
const groupsMost = 1_000;
/** So finely are windows cut. */
const slotsOfWindow = 60;

/** Watches a condition, from now on; `everyMs` is how often it is looked. */
export function createWatch(condition: Condition, everyMs: number): Watch {
  const { by } = condition;
  switch (condition.kind) {
    case 'ratio': {
      const { part, whole, overMs, above, least } = condition;
      return createCounting({
        by,
        everyMs,
        windowsMs: [overMs],
        counted: countedOf([part, whole]),
        judge: ([[bad = 0, all = 0] = []]) => (all >= least && bad / all > above ? bad / all : undefined),
      });
    }
    case 'increase': {
      const { counter, overMs, above } = condition;
      return createCounting({
        by,
        everyMs,
        windowsMs: [overMs],
        counted: countedOf([{ kind: 'counter', ...counter }]),
        judge: ([[sum = 0] = []]) => (sum > above ? sum : undefined),
      });
    }
    case 'quantile':
      return watchQuantile(condition, everyMs);
    case 'burn':
      return watchBurn(condition, everyMs);
    case 'gauge': {
      const { gauge, above } = condition;
      return (samples) => gaugesOf(samples, gauge, by, Math.max).filter(({ value }) => value > above);
    }
    case 'low': {
      const { gauge, below } = condition;
      return (samples) => gaugesOf(samples, gauge, by, Math.min).filter(({ value }) => value < below);
    }
    default:
      return condition satisfies never;
  }
}

function watchQuantile(condition: Extract<Condition, { kind: 'quantile' }>, everyMs: number): Watch {
  const { by, histogram, quantile, overMs, above, least } = condition;
  let bounds: readonly number[] = [];
  return createCounting({
    by,
    everyMs,
    windowsMs: [overMs],
    counted: (samples) =>
      matching(samples, histogram).map((sample) => {
        bounds = sample.bounds;
        return { sample, numbers: sample.numbers };
      }),
    judge([counts = []]) {
      const all = counts.reduce((sum, one) => sum + one, 0);
      const value = all < least ? undefined : quantileOf(quantile, counts, bounds);
      return value !== undefined && value > above ? value : undefined;
    },
  });
}

function watchBurn(condition: Extract<Condition, { kind: 'burn' }>, everyMs: number): Watch {
  const { by, part, whole, budget, windows } = condition;
  return createCounting({
    by,
    everyMs,
    windowsMs: windows.flatMap(({ longMs, shortMs }) => [longMs, shortMs]),
    counted: countedOf([part, whole]),
    judge(sums) {
      const speeds = sums.map(([bad = 0, all = 0]) => (all === 0 ? 0 : bad / all / budget));
      return windows
        .map(({ factor }, index) => ({ factor, both: speeds.slice(2 * index, 2 * index + 2) }))
        .find(({ factor, both }) => both.every((speed) => speed > factor))?.both[0];
    },
  });
}

/** What a sample adds to the numbers of its group. */
interface Counted {
  readonly sample: Sample;
  readonly numbers: readonly number[];
}

interface Group {
  readonly labels: Readonly<Record<string, string>>;
  /** One of each window. */
  readonly rings: readonly Ring[];
}

interface Counting {
  readonly by: readonly string[];
  readonly windowsMs: readonly number[];
  readonly everyMs: number;
  readonly counted: (samples: Samples) => readonly Counted[];
  /** Gives the value for which the condition holds; `sums` are those of the windows. */
  readonly judge: (sums: readonly (readonly number[])[]) => number | undefined;
}

/** Adds up what is counted over windows, by group. */
function createCounting({ by, windowsMs, everyMs, counted, judge }: Counting): Watch {
  const groups = new Map<string, Group>();
  const groupOf = (sample: Sample, numbers: readonly number[]): Group | undefined => {
    const labels = pick(sample, by);
    const key = JSON.stringify(Object.values(labels));
    const known = groups.get(key);
    if (known !== undefined || groups.size >= groupsMost) return known;
    const rings = windowsMs.map((windowMs) => createRing(windowMs, everyMs, numbers.length));
    const group = { labels, rings };
    groups.set(key, group);
    return group;
  };
  return (samples, nowMs) => {
    for (const { sample, numbers } of counted(samples)) {
      if (numbers.every((one) => one === 0)) continue;
      for (const ring of groupOf(sample, numbers)?.rings ?? []) {
        for (const [place, amount] of numbers.entries()) if (amount > 0) ring.add(nowMs, place, amount);
      }
    }
    const seen: Seen[] = [];
    for (const [key, { labels, rings }] of groups) {
      const sums = rings.map((ring, index) => ring.sum(nowMs, windowsMs[index] ?? 0));
      if (sums.flat().every((sum) => sum === 0)) groups.delete(key);
      const value = judge(sums);
      if (value !== undefined) seen.push({ labels, value });
    }
    return seen;
  };
}

function createRing(windowMs: number, everyMs: number, width: number): Ring {
  const slotMs = Math.max(everyMs, Math.ceil(windowMs / slotsOfWindow));
  return new Ring({ slotMs, slots: Math.ceil(windowMs / slotMs) + 1, width, of: Float64Array });
}

/** Each quantity at a place of its own. */
function countedOf(quantities: readonly Quantity[]): (samples: Samples) => readonly Counted[] {
  return (samples) =>
    quantities.flatMap((quantity, place) =>
      matching(samples, quantity).map((sample) => {
        const numbers = new Array<number>(quantities.length).fill(0);
        numbers[place] = amountOf(quantity, sample);
        return { sample, numbers };
      }),
    );
}

function amountOf(quantity: Quantity, { numbers, bounds }: Sample): number {
  const { above } = quantity.kind === 'observations' ? quantity : {};
  const first = above === undefined ? 0 : bounds.indexOf(above) + 1;
  return numbers.slice(first).reduce((sum, one) => sum + one, 0);
}

function gaugesOf(
  samples: Samples,
  gauge: Series,
  by: readonly string[],
  join: (...values: number[]) => number,
): readonly Seen[] {
  const groups = new Map<string, Seen>();
  for (const sample of matching(samples, gauge)) {
    const [value = 0] = sample.numbers;
    const labels = pick(sample, by);
    const key = JSON.stringify(Object.values(labels));
    const known = groups.get(key);
    groups.set(key, { labels, value: known === undefined ? value : join(known.value, value) });
  }
  return [...groups.values()];
}

function matching(samples: Samples, { metric, where }: Series): readonly Sample[] {
  const wanted = Object.entries(where);
  return (samples.get(metric) ?? []).filter(({ labels }) =>
    wanted.every(([label, values]) => values.includes(labels.get(label) ?? '')),
  );
}

function pick({ labels }: Sample, by: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(by.map((label) => [label, labels.get(label) ?? '']));
}
