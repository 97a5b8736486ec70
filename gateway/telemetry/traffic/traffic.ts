import type {
  LiveCounts,
  LiveNamed,
  LiveOperation,
  LivePoint,
  LiveSubject,
  LiveTraffic,
} from '../../../console/live.ts';
import type { FetchFacts, RequestFacts } from '../telemetry.ts';

/** By duration, see `bucketOf`, so that what several processes tell can be added up; what is left out at the end is 0. */
interface Durations {
  readonly durations: readonly number[];
}

/** What is known of the requests, or the fetches, of some time. */
export interface TrafficCounts extends LiveCounts, Durations {}

/** One second, or ten of them, of requests. */
export interface TrafficPoint extends LivePoint, Durations {}

/** What happened lately; plain data. */
export interface TrafficSnapshot extends LiveTraffic {
  readonly total: TrafficCounts;
  readonly operations: readonly (LiveOperation & Durations)[];
  readonly clients: readonly (LiveNamed & Durations)[];
  readonly subgraphs: readonly (LiveNamed & Durations)[];
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
  /** How one of those that are told apart did in the last `windowMs`, an hour at most; empty for others. */
  readonly timelineOf: (subject: LiveSubject, windowMs: number) => readonly TrafficPoint[];
  /** Of an operation over the last ten minutes, in milliseconds; `undefined` while too few were seen. */
  readonly p99Of: (operationHash: string) => number | undefined;
}
