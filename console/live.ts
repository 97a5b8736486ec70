/** What the admin port tells the console and `overlock top`, as JSON. Times are in milliseconds, shares from 0 to 1. */

/** Requests, or fetches, of some time. */
export interface LiveCounts {
  readonly requests: number;
  /** Those with at least one error. */
  readonly errors: number;
  /** Those with an error that is not the client's fault. */
  readonly failures: number;
  readonly codes: Readonly<Record<string, number>>;
  readonly cost: number;
  readonly bytes: number;
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
  readonly name: string;
}

export interface LivePoint {
  readonly atMs: number;
  readonly requests: number;
  readonly errors: number;
  readonly failures: number;
  readonly p50Ms?: number | undefined;
  readonly p99Ms?: number | undefined;
}

/** What happened in the last `windowMs`. */
export interface LiveTraffic {
  readonly atMs: number;
  readonly windowMs: number;
  readonly total: LiveCounts;
  readonly operations: readonly LiveOperation[];
  readonly clients: readonly LiveNamed[];
  readonly subgraphs: readonly LiveNamed[];
  /** Oldest first. */
  readonly timeline: readonly LivePoint[];
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

/** A canary of a subgraph, as `/control/canaries` has it. */
export interface LiveCanary {
  readonly subgraph: string;
  readonly group: string;
  readonly baseline: string;
  readonly state: string;
  /** Of 100. */
  readonly percent: number;
  readonly [more: string]: unknown;
}

export interface LiveRefusal {
  readonly atMs: number;
  readonly requestId: string;
  readonly code: string;
  /** What the code means. */
  readonly reason: string;
  readonly status: number;
  readonly operation?: string | undefined;
  readonly operationHash?: string | undefined;
  readonly client?: string | undefined;
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
  /** Of the last runs. */
  readonly timing?:
    | {
        readonly runs: number;
        readonly failures: number;
        readonly startMs: number;
        readonly p50Ms: number;
        readonly p95Ms: number;
        readonly mostMs: number;
      }
    | undefined;
}

export interface LiveAttachment {
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
