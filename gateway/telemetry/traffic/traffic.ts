import type { FetchFacts, RequestFacts } from '../telemetry.ts';

/** What is known of the requests, or the fetches, of some time. */
export interface TrafficCounts {
  readonly requests: number;
  /** Those with at least one error. */
  readonly errors: number;
  /** Those with an error that is not the client's fault: of a code whose HTTP status is 500 or more. */
  readonly failures: number;
  /** How many errors of each code there were; codes that are not the gateway's own are `OTHER`. */
  readonly codes: Readonly<Record<string, number>>;
  /** Of cost units; 0 where costs are not worked out. */
  readonly cost: number;
  /** Of answers before compression. */
  readonly bytes: number;
  /** Requests by duration, see `bucketOf`; what is left out at the end is 0. */
  readonly durations: readonly number[];
  /** In milliseconds, at most 12 % off; `undefined` when there was nothing. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

interface OperationTraffic extends TrafficCounts {
  /** `other` for all that are not told apart. */
  readonly hash: string;
  readonly name: string | undefined;
  readonly kind: string | undefined;
}

interface NamedTraffic extends TrafficCounts {
  /** `other` for all that are not told apart; empty for clients without a name. */
  readonly name: string;
}

/** One second, or ten of them, of all requests. */
export interface TrafficPoint {
  /** When it began, in milliseconds since the epoch. */
  readonly atMs: number;
  readonly requests: number;
  readonly errors: number;
  readonly failures: number;
  /** As those of `TrafficCounts`. */
  readonly durations: readonly number[];
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

/** What happened lately; plain data. Lists begin with what was asked for most. */
export interface TrafficSnapshot {
  /** When it was taken, in milliseconds since the epoch. */
  readonly atMs: number;
  /** How far it reaches back: as far as was asked for, an hour at most. */
  readonly windowMs: number;
  readonly total: TrafficCounts;
  readonly operations: readonly OperationTraffic[];
  readonly clients: readonly NamedTraffic[];
  /** Fetches; those that shared the answer of another are not counted. */
  readonly subgraphs: readonly NamedTraffic[];
  /** By seconds for a window of up to a minute, else by 10 seconds; oldest first, the present one left out. */
  readonly timeline: readonly TrafficPoint[];
}

/**
 * What happened lately, in slots of 10 s over the last hour and of 1 s over the last minute, durations of single operations, clients and
 * subgraphs in slots of a minute. Bounded: what is asked for most is told apart, the rest is `other`.
 */
export interface Traffic {
  readonly requestEnded: (facts: RequestFacts) => void;
  readonly fetchEnded: (facts: FetchFacts) => void;
  /** What happened in the last `windowMs`, an hour at most. */
  readonly snapshot: (windowMs: number) => TrafficSnapshot;
  /** Of an operation over the last ten minutes, in milliseconds; `undefined` while too few were seen. */
  readonly p99Of: (operationHash: string) => number | undefined;
}
