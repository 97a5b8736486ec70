import { quantileOf } from './durations.ts';
import { type Ended, Series } from './series.ts';
import { Timeline } from './timeline.ts';
import { Top } from './top.ts';
import type { Traffic } from './traffic.ts';

export interface TrafficOptions {
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  /** How many operations are told apart. Default: 500. */
  readonly operationsMost?: number;
  /** How many clients are told apart. Default: 200. */
  readonly clientsMost?: number;
}

const subgraphsMost = 200;
const hourMs = 3_600_000;
/** What is asked often is worked out once in this time. */
const p99MaxAgeMs = 10_000;
const p99WindowMs = 600_000;
/** With fewer, the slowest would say nothing of what is usual. */
const p99Least = 100;

/** An operation as it was when it was seen first. */
interface OperationSeries {
  readonly series: Series;
  name: string | undefined;
  kind: string | undefined;
  p99Ms: number | undefined;
  p99UntilMs: number;
}

/** Creates it, with nothing in it. */
export function createTraffic({ now, operationsMost = 500, clientsMost = 200 }: TrafficOptions): Traffic {
  const total = new Series();
  const timeline = new Timeline();
  const newSeries = () => new Series();
  const newOperation = (): OperationSeries => {
    return { series: new Series(), name: undefined, kind: undefined, p99Ms: undefined, p99UntilMs: 0 };
  };
  const operations = new Top({ most: operationsMost, create: newOperation, now });
  const clients = new Top({ most: clientsMost, create: newSeries, now });
  const subgraphs = new Top({ most: subgraphsMost, create: newSeries, now });
  return {
    requestEnded({ operationHash, operationName, operationKind, client, durationMs, errorCodes, cost = 0, bytes }) {
      const ended: Ended = { atMs: now(), durationMs, errorCodes, cost, bytes };
      total.add(ended);
      timeline.add(ended);
      clients.at(client.name ?? '').add(ended);
      if (operationHash === undefined) return;
      const operation = operations.at(operationHash);
      operation.series.add(ended);
      if (operation.kind === undefined && operation !== operations.other) {
        operation.name = operationName;
        operation.kind = operationKind;
      }
    },
    fetchEnded({ subgraph, deduped, errorCode, durationMs }) {
      if (deduped) return;
      const errorCodes = errorCode === undefined ? [] : [errorCode];
      subgraphs.at(subgraph).add({ atMs: now(), durationMs, errorCodes, cost: 0, bytes: 0 });
    },
    snapshot(asked) {
      const [atMs, windowMs] = [now(), Math.min(asked, hourMs)];
      const named = (top: Top<Series>) =>
        Array.from(top.entries(), ([name, series]) => ({ name, ...series.read(atMs, windowMs) }))
          .filter(hasRequests)
          .sort(byRequests);
      return {
        atMs,
        windowMs,
        total: total.read(atMs, windowMs),
        operations: Array.from(operations.entries(), ([hash, { series, name, kind }]) => {
          return { hash, name, kind, ...series.read(atMs, windowMs) };
        })
          .filter(hasRequests)
          .sort(byRequests),
        clients: named(clients),
        subgraphs: named(subgraphs),
        timeline: timeline.read(atMs, windowMs),
      };
    },
    timelineOf({ of, name }, asked) {
      const series = {
        operation: () => operations.find(name)?.series,
        client: () => clients.find(name),
        subgraph: () => subgraphs.find(name),
      }[of]();
      return series?.timeline(now(), Math.min(asked, hourMs)) ?? [];
    },
    p99Of(operationHash) {
      const operation = operations.peek(operationHash);
      return operation && p99Of(operation, now());
    },
  };
}

function p99Of(operation: OperationSeries, nowMs: number): number | undefined {
  if (nowMs < operation.p99UntilMs) return operation.p99Ms;
  const durations = operation.series.durations(nowMs, p99WindowMs);
  const count = durations.reduce((sum, one) => sum + one, 0);
  operation.p99Ms = count < p99Least ? undefined : quantileOf(durations, 0.99);
  operation.p99UntilMs = nowMs + p99MaxAgeMs;
  return operation.p99Ms;
}

function hasRequests({ requests }: { readonly requests: number }): boolean {
  return requests > 0;
}

function byRequests(one: { readonly requests: number }, other: { readonly requests: number }): number {
  return other.requests - one.requests;
}
