import type { LiveCounts, LivePoint, LiveTraffic } from '../../console/live.ts';
import type { TrafficCounts, TrafficPoint, TrafficSnapshot } from '../telemetry/traffic/traffic.ts';

/** A snapshot without what only other gateways need, for who reads one each second. */
export function toLiveTraffic(snapshot: TrafficSnapshot): LiveTraffic {
  return {
    atMs: snapshot.atMs,
    windowMs: snapshot.windowMs,
    total: toCounts(snapshot.total),
    operations: snapshot.operations.map(({ hash, name, kind, ...counts }) => ({
      hash,
      name,
      kind,
      ...toCounts(counts),
    })),
    clients: snapshot.clients.map(({ name, ...counts }) => ({ name, ...toCounts(counts) })),
    subgraphs: snapshot.subgraphs.map(({ name, ...counts }) => ({ name, ...toCounts(counts) })),
    timeline: toLiveTimeline(snapshot.timeline),
  };
}

/** The points of a timeline, likewise. */
export function toLiveTimeline(timeline: readonly TrafficPoint[]): readonly LivePoint[] {
  return timeline.map(({ durations: _, p50Ms, p99Ms, ...point }) => {
    return { ...point, p50Ms: round(p50Ms), p99Ms: round(p99Ms) };
  });
}

function toCounts({ requests, errors, failures, codes, cost, bytes, p50Ms, p95Ms, p99Ms }: TrafficCounts): LiveCounts {
  const durations = { p50Ms: round(p50Ms), p95Ms: round(p95Ms), p99Ms: round(p99Ms) };
  return { requests, errors, failures, codes, cost: round(cost) ?? 0, bytes, ...durations };
}

function round(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 100) / 100;
}
