/** What the admin port tells the console and `overlock top`, as JSON. Times are in milliseconds, shares from 0 to 1. */

/** Requests, or fetches, of some time. */
export interface LiveCounts {
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
  /** At most 12 % off; left out when there was nothing. */
  readonly p50Ms?: number | undefined;
  readonly p95Ms?: number | undefined;
  readonly p99Ms?: number | undefined;
}

export interface LiveOperation extends LiveCounts {
  /** `other` for all that are not told apart. */
  readonly hash: string;
  readonly name?: string | undefined;
  readonly kind?: string | undefined;
}

export interface LiveNamed extends LiveCounts {
  /** `other` for all that are not told apart; empty for clients without a name. */
  readonly name: string;
}

/** One second, or ten of them. */
export interface LivePoint {
  /** When it began, since the epoch. */
  readonly atMs: number;
  readonly requests: number;
  readonly errors: number;
  readonly failures: number;
  readonly p50Ms?: number | undefined;
  readonly p99Ms?: number | undefined;
}

/** What happened in the last `windowMs`. Lists begin with what was asked for most. */
export interface LiveTraffic {
  /** When it was taken, since the epoch. */
  readonly atMs: number;
  /** How far it reaches back: as far as was asked for, an hour at most. */
  readonly windowMs: number;
  readonly total: LiveCounts;
  readonly operations: readonly LiveOperation[];
  readonly clients: readonly LiveNamed[];
  /** Fetches; those that shared the answer of another are not counted. */
  readonly subgraphs: readonly LiveNamed[];
  /** By seconds for a window of up to a minute, else by 10 seconds; oldest first, the present one left out. */
  readonly timeline: readonly LivePoint[];
}

/** Of what the traffic is told by itself. */
export interface LiveSubject {
  readonly of: 'operation' | 'client' | 'subgraph';
  /** The hash of an operation, or a name. */
  readonly name: string;
}

/** How one subject did, by ten seconds; times to the answer are those of the whole minute. */
export interface LiveTimeline {
  readonly atMs: number;
  readonly windowMs: number;
  readonly timeline: readonly LivePoint[];
}

/** Something that operators should know of. */
export interface LiveAlert {
  /** The same for the same trouble, however often it comes. */
  readonly key: string;
  readonly name: string;
  readonly severity: 'critical' | 'warning' | 'info';
  readonly summary: string;
  readonly runbook?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** What was measured; left out where nothing is. */
  readonly value?: number | undefined;
  /** `pending`: it has not been so for long enough yet. */
  readonly state: 'pending' | 'firing';
  /** Since when it is so, since the epoch. */
  readonly sinceMs: number;
}

/** A rule that is looked at, whether its alert fires or not. */
export interface LiveAlertRule extends Pick<LiveAlert, 'name' | 'severity' | 'summary' | 'runbook'> {
  /** How long it must be so before the alert fires. */
  readonly forMs: number;
  /** What the value of its alerts is: a share, seconds, a count, how many times too fast a budget is used up, or the value of a metric. */
  readonly measures: 'share' | 'seconds' | 'count' | 'speed' | 'metric';
}

export interface LiveAlerts {
  readonly alerts: readonly LiveAlert[];
  readonly rules: readonly LiveAlertRule[];
}

/** Something that was unusual. */
export interface LiveAnomaly {
  /** Since the epoch. */
  readonly atMs: number;
  readonly kind: string;
  readonly of: string;
  readonly name: string;
  readonly value: number;
  readonly usual: number;
  /** How many deviations that is. */
  readonly score: number;
  readonly summary: string;
}

export interface LiveAnomalies {
  /** Whether it is looked for them. */
  readonly isOn: boolean;
  /** What is done about them. */
  readonly actions: readonly string[];
  /** Requests in a second that are expected in one hour; left out while too little is known. */
  readonly forecast?: number | undefined;
  /** Newest first. */
  readonly found: readonly LiveAnomaly[];
}

export interface LiveEndpoint {
  readonly endpoint: string;
  readonly isHealthy: boolean;
  readonly isEjected: boolean;
  readonly inFlight: number;
  /** Since the gateway was started. */
  readonly answered: number;
  readonly failed: number;
}

export type LiveBreakerState = 'closed' | 'half-open' | 'open';

export interface LiveSubgraph {
  readonly name: string;
  /** `endpoint` is empty for that of the subgraph. */
  readonly breakers: readonly { readonly endpoint: string; readonly state: LiveBreakerState }[];
  readonly endpoints: readonly LiveEndpoint[];
  readonly inFlight: number;
  readonly queued: number;
  /** Most fetches that are let out now. */
  readonly limit?: number | undefined;
}

/** What was measured of one side of a canary. */
export interface LiveSide {
  readonly count: number;
  readonly errors: number;
  /** In milliseconds. */
  readonly p95?: number | undefined;
}

/** A canary of a subgraph. Times are ISO 8601. */
export interface LiveCanary {
  readonly subgraph: string;
  readonly group: string;
  readonly baseline: string;
  readonly state: 'idle' | 'running' | 'promoted' | 'rolledBack';
  /** Of 100. */
  readonly percent: number;
  readonly steps: readonly number[];
  readonly reason?: string;
  readonly figures?: { readonly canary: LiveSide; readonly baseline: LiveSide } | undefined;
}

export interface LiveRefusal {
  /** Since the epoch. */
  readonly atMs: number;
  readonly requestId: string;
  readonly code: string;
  /** What the code means. */
  readonly reason: string;
  readonly status: number;
  readonly operation?: string | undefined;
  readonly operationHash?: string | undefined;
  /** As the client states it. */
  readonly client?: string | undefined;
  /** How the identity was shown, such as `jwt`; left out when that was not known yet. */
  readonly identity?: string | undefined;
  readonly tier?: string | undefined;
}

/** How often something was decided in each way since the gateway was started. */
export interface LiveDecisions {
  readonly name: string;
  readonly outcomes: Readonly<Record<string, number>>;
}

/** What is known of one store of answers. */
export interface LiveStore {
  readonly entries: number;
  readonly bytes: number;
  readonly bytesMost: number;
  readonly memory: { readonly asked: number; readonly found: number };
  readonly redis?: { readonly asked: number; readonly found: number; readonly isUp: boolean } | undefined;
}

/** How it stands with the gateway and with what it asks. */
export interface LiveState {
  readonly atMs: number;
  readonly version: string;
  /** Why it is not ready; left out when it is. */
  readonly notReady?: string | undefined;
  /** Whether metrics are counted: without them much of this is empty. */
  readonly isCounted: boolean;
  /** Alerts that fire. */
  readonly firing: number;
  readonly processes: number;
  readonly load: { readonly inFlight: number; readonly streams: number; readonly sockets: number };
  /** Of all processes. */
  readonly heapBytes?: number | undefined;
  readonly graph: {
    readonly fingerprint?: string | undefined;
    readonly ageMs?: number | undefined;
    /** The newest supergraph cannot be used. */
    readonly isRefused: boolean;
    /** Of 100 clients so many try another version. */
    readonly trialPercent: number;
  };
  readonly subgraphs: readonly LiveSubgraph[];
  readonly canaries: readonly LiveCanary[];
  readonly cache: {
    readonly stores: readonly LiveStore[];
    /** By what is cached: `response`, `entity`; and `operations`, `plans`. */
    readonly lookups: readonly LiveDecisions[];
  };
  readonly limits: {
    readonly rules: readonly LiveDecisions[];
    /** The greatest share of each quota that somebody has used. */
    readonly quotas: readonly { readonly rule: string; readonly used: number }[];
    readonly policies: readonly LiveDecisions[];
    readonly shed: Readonly<Record<string, number>>;
  };
  /** Newest first. */
  readonly refusals: readonly LiveRefusal[];
}

export interface LiveFetch {
  readonly kind: 'fetch';
  readonly id: number;
  readonly subgraph: string;
  readonly after: readonly number[];
  /** Without literals. */
  readonly operation: string;
  readonly entities: readonly { readonly types: readonly string[]; readonly at: string; readonly key: string }[];
  readonly timing?:
    | {
        readonly runs: number;
        /** Of all runs, those that were not answered, or with errors. */
        readonly failures: number;
        /** Of the last runs, as the others. */
        readonly startMs: number;
        readonly p50Ms: number;
        readonly p95Ms: number;
        readonly mostMs: number;
      }
    | undefined;
}

interface LiveAttachment {
  readonly kind: 'attach';
  readonly id: number;
  readonly after: readonly number[];
  readonly at: readonly string[];
}

/** One operation that clients sent, and how it is answered. */
export interface LiveLook {
  readonly hash: string;
  readonly name?: string | undefined;
  readonly kind: string;
  /** Without literals. */
  readonly text: string;
  /** Left out when no fetch was made for it since the supergraph came. */
  readonly plan?:
    | { readonly runs: number; readonly waves: readonly (readonly (LiveFetch | LiveAttachment)[])[] }
    | undefined;
}
