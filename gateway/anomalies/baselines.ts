import { Baseline } from './baseline.ts';
import type { Step } from './step.ts';

type Of = 'all' | 'refused' | 'operation' | 'errors' | 'client';

interface Series {
  readonly baseline: Baseline;
  lastMs: number;
}

const most: Readonly<Record<Of, number>> = { all: 1, refused: 1, operation: 300, errors: 300, client: 200 };
/** What was not seen for so long gives its place to another. */
const forgottenMs = 7 * 86_400_000;

/** Baselines by what they are of. Bounded: at most 802, of 4 KB each. */
export class Baselines {
  readonly #series = new Map<Of, Map<string, Series>>();

  find(of: Of, name = ''): Baseline | undefined {
    return this.#series.get(of)?.get(name)?.baseline;
  }

  /** Takes what was counted in a step; what is known and did not come was 0. */
  add({ atMs, total, operations, clients }: Step): void {
    this.#add('all', atMs, { '': total.requests });
    this.#add('refused', atMs, { '': total.refused });
    this.#add('operation', atMs, countsOf(operations, 'requests'));
    this.#add('errors', atMs, countsOf(operations, 'errors'));
    this.#add('client', atMs, countsOf(clients, 'requests'));
  }

  /** To be kept over a restart. */
  toJson(): readonly (readonly [of: string, name: string, lastMs: number, samples: string])[] {
    return [...this.#series].flatMap(([of, series]) =>
      Array.from(series, ([name, { baseline, lastMs }]) => [of, name, lastMs, baseline.toText()] as const),
    );
  }

  /** Takes what `toJson` gave; what cannot be read is left out. */
  read(rows: readonly (readonly [of: string, name: string, lastMs: number, samples: string])[]): void {
    for (const [of, name, lastMs, samples] of rows) {
      const baseline = Baseline.parse(samples);
      if (baseline === undefined || !isOf(of)) continue;
      const series = this.#seriesOf(of);
      if (series.size < most[of]) series.set(name, { baseline, lastMs });
    }
  }

  #add(of: Of, atMs: number, counts: Readonly<Record<string, number>>): void {
    const series = this.#seriesOf(of);
    for (const name of Object.keys(counts)) {
      const known = series.get(name);
      if (known !== undefined) known.lastMs = atMs;
      else if (hasRoom(series, most[of], atMs)) series.set(name, { baseline: new Baseline(), lastMs: atMs });
    }
    for (const [name, { baseline }] of series) baseline.add(atMs, counts[name] ?? 0);
  }

  #seriesOf(of: Of): Map<string, Series> {
    const known = this.#series.get(of);
    if (known !== undefined) return known;
    const series = new Map<string, Series>();
    this.#series.set(of, series);
    return series;
  }
}

function isOf(text: string): text is Of {
  return Object.hasOwn(most, text);
}

function hasRoom(series: Map<string, Series>, room: number, atMs: number): boolean {
  if (series.size < room) return true;
  for (const [name, { lastMs }] of series) if (atMs - lastMs > forgottenMs) series.delete(name);
  return series.size < room;
}

function countsOf<Member extends string>(
  steps: Readonly<Record<string, Readonly<Record<Member, number>>>>,
  member: Member,
): Readonly<Record<string, number>> {
  return Object.assign(
    Object.create(null),
    Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, step[member]])),
  );
}
