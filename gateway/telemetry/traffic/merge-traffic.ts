import { toCounts, toTiming } from './series.ts';
import type { TrafficCounts, TrafficPoint, TrafficSnapshot } from './traffic.ts';

/** What several processes of a gateway tell of the same time, as if it were one; of none, nothing happened. */
export function mergeTraffic(snapshots: readonly TrafficSnapshot[], atMs: number, windowMs: number): TrafficSnapshot {
  return {
    atMs,
    windowMs,
    total: mergeCounts(snapshots.map(({ total }) => total)),
    operations: mergeBy(
      snapshots.flatMap(({ operations }) => operations),
      ({ hash }) => hash,
      ({ hash, name, kind }) => ({ hash, name, kind }),
    ),
    clients: mergeBy(
      snapshots.flatMap(({ clients }) => clients),
      ({ name }) => name,
      ({ name }) => ({ name }),
    ),
    subgraphs: mergeBy(
      snapshots.flatMap(({ subgraphs }) => subgraphs),
      ({ name }) => name,
      ({ name }) => ({ name }),
    ),
    timeline: mergeTimelines(snapshots.map(({ timeline }) => timeline)),
  };
}

/** One of each key, those with most requests first. */
function mergeBy<One extends TrafficCounts, Named extends object>(
  all: readonly One[],
  keyOf: (one: One) => string,
  nameOf: (one: One) => Named,
): readonly (Named & TrafficCounts)[] {
  const byKey = new Map<string, [One, ...One[]]>();
  for (const one of all) {
    const same = byKey.get(keyOf(one));
    if (same === undefined) byKey.set(keyOf(one), [one]);
    else same.push(one);
  }
  return Array.from(byKey.values(), (same) => ({ ...nameOf(same[0]), ...mergeCounts(same) })).sort(
    (one, other) => other.requests - one.requests,
  );
}

function mergeCounts(all: readonly TrafficCounts[]): TrafficCounts {
  const sum = (numberOf: (counts: TrafficCounts) => number) => all.reduce((total, one) => total + numberOf(one), 0);
  const codes: Record<string, number> = Object.create(null);
  for (const one of all) {
    for (const [code, count] of Object.entries(one.codes)) codes[code] = (codes[code] ?? 0) + count;
  }
  return toCounts({
    requests: sum(({ requests }) => requests),
    errors: sum(({ errors }) => errors),
    failures: sum(({ failures }) => failures),
    cost: sum(({ cost }) => cost),
    bytes: sum(({ bytes }) => bytes),
    codes,
    durations: sumUp(all.map(({ durations }) => durations)),
  });
}

/** Timelines of several processes, which have their slots at the same times, as if they were of one. */
export function mergeTimelines(timelines: readonly (readonly TrafficPoint[])[]): readonly TrafficPoint[] {
  const byTime = new Map<number, TrafficPoint[]>();
  for (const point of timelines.flat()) {
    const same = byTime.get(point.atMs) ?? [];
    byTime.set(point.atMs, same);
    same.push(point);
  }
  return Array.from(byTime, ([atMs, points]) => {
    return {
      atMs,
      requests: points.reduce((sum, { requests }) => sum + requests, 0),
      errors: points.reduce((sum, { errors }) => sum + errors, 0),
      failures: points.reduce((sum, { failures }) => sum + failures, 0),
      ...toTiming(sumUp(points.map(({ durations }) => durations))),
    };
  }).sort((one, other) => one.atMs - other.atMs);
}

function sumUp(lists: readonly (readonly number[])[]): readonly number[] {
  const sums: number[] = [];
  for (const list of lists) for (const [place, value] of list.entries()) sums[place] = (sums[place] ?? 0) + value;
  return sums;
}
