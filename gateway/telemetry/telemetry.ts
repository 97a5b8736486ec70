import type { Logger } from './logger.ts';
import type { LevelRule } from './logs/level-rule.ts';
import type { MetricFamily } from './metrics/metric-family.ts';
import type { MetricsFormat } from './metrics/prometheus-text.ts';
import type { RecentRefusal } from './refusals/recent-refusals.ts';
import type { Stage, StageTimes } from './stage-times.ts';
import type { RequestTrace, Span } from './traces/span.ts';
import type { Traffic } from './traffic/traffic.ts';

/** A request while it is answered; what is known of it grows. */
export interface RequestUnderWay {
  readonly client: {
    readonly id: string;
    /** Lower-case names. */
    readonly headers: ReadonlyMap<string, string>;
    readonly trace?: RequestTrace | undefined;
    readonly stages?: StageTimes | undefined;
  };
  readonly visitor: { readonly client: RequestFacts['client']; readonly ip: string | undefined };
  readonly operation: { readonly name: string | undefined; readonly hash: string } | undefined;
  /** `undefined` for what came over a WebSocket. */
  readonly source?: { readonly method?: string | undefined; readonly url?: string | undefined } | undefined;
  /** Among all that are under way; for who keeps them. */
  place?: number;
}

export interface RequestFacts {
  readonly requestId: string;
  readonly operationName: string | undefined;
  readonly operationKind: 'query' | 'mutation' | 'subscription' | undefined;
  readonly operationHash: string | undefined;
  readonly status: number;
  readonly errorCodes: readonly string[];
  /** With what code it was refused; left out when it was answered, whatever subgraphs said. */
  readonly refusedCode?: string | undefined;
  readonly durationMs: number;
  /** As the client states it: not verified. */
  readonly client: { readonly name: string | undefined; readonly version: string | undefined };
  /** Who asks; `undefined` when the request was refused before that was known. */
  readonly identity:
    | {
        readonly kind: string;
        /** Tells identities apart, see `Identity`; `undefined` for anonymous. */
        readonly key: string | undefined;
        /** As its issuer names it. */
        readonly subject?: string | undefined;
        readonly tier: string | undefined;
      }
    | undefined;
  /** What the answer cost, or was estimated to; `undefined` where costs are not worked out. */
  readonly cost: number | undefined;
  /** The largest share of a quota that was used, of 0 to 1. */
  readonly quotaShare?: number | undefined;
  /** Of the answer's body before compression; 0 for a stream. */
  readonly bytes: number;
  /** Of the client, as ISO 3166-1 has it; `undefined` where it is not looked for. */
  readonly country: string | undefined;
  /** Itself; `undefined` when it was refused before it was one. */
  readonly request?: RequestUnderWay | undefined;
}

export interface FetchFacts {
  readonly subgraph: string;
  /** Of the client request that it was for, or the first of several. */
  readonly requestId?: string | undefined;
  readonly operationKind: 'query' | 'mutation' | 'subscription';
  /** `undefined` when it went well. */
  readonly errorCode: string | undefined;
  readonly deduped: boolean;
  readonly durationMs: number;
}

/** What one policy has against one operation. */
export interface DenialFacts {
  /** Its name, or the section of the configuration that refuses: `limits`, `documents`, `introspection`. */
  readonly policy: string;
  readonly code: string;
  /** `withheld`: a part of it was left out. `measured`: it would be refused, if the policy did not only measure. */
  readonly outcome: 'refused' | 'withheld' | 'measured';
}

/** What an operation was taken to cost before it ran, or what its answer came to. */
export interface CostFacts {
  readonly kind: 'estimated' | 'actual';
  /** The tier whose limit counts; `default` for all others. */
  readonly tier: string;
  readonly cost: number;
}

/** What there was too much of when a request was refused. */
export type ShedReason = 'concurrency' | 'backlog' | 'heavy' | 'event_loop' | 'streams' | 'sockets';

/** What is in flight. */
interface Load {
  readonly requests: number;
  readonly streams: number;
  readonly sockets: number;
}

/** What a store of limits outside of the process tells of itself. */
export interface LimitStoreReporter {
  /** How long a request has waited for it, whatever came of it. */
  readonly asked: (durationMs: number) => void;
  /** It could not be used, and this was done instead. */
  readonly bypassed: (instead: string) => void;
  readonly changed: (isUp: boolean) => void;
  readonly closed: () => void;
}

/** One field or entity that was asked for where answers are stored. */
export interface CacheAsk {
  /** Whether whole answers are stored, or what subgraphs answer. */
  readonly cache: 'response' | 'entity';
  /** A field or a type of the schema. */
  readonly coordinate: string;
  readonly outcome: 'hit' | 'stale' | 'miss' | 'bypass';
}

/** How it stands with an endpoint of a subgraph. */
export interface EndpointFacts {
  /** Its URL, and its address where several share that. */
  readonly endpoint: string;
  readonly inFlight: number;
  /** What probes say. */
  readonly isHealthy: boolean;
  readonly isEjected: boolean;
}

/** What is told of the endpoints of one subgraph. */
export interface EndpointReporter {
  /** A call to an endpoint ended. */
  readonly called: (endpoint: string, outcome: 'answered' | 'failed' | 'cancelled', durationMs: number) => void;
  readonly ejected: (reason: string) => void;
  readonly probed: (isGood: boolean) => void;
  /** It was looked where endpoints come from. */
  readonly lookedUp: (isGood: boolean) => void;
  readonly closed: () => void;
}

/** How it stands with one subgraph as a whole. */
export interface BackendFacts {
  /** Fetches that are let out, those that wait, and how many may be out. */
  readonly inFlight: number;
  readonly queued: number;
  readonly limit: number;
  /** `endpoint` is empty for that of the subgraph. */
  readonly breakers: readonly { readonly endpoint: string; readonly state: 'closed' | 'half-open' | 'open' }[];
}

/** What is told of one subgraph as a whole. */
export interface BackendReporter {
  /** A fetch was to be sent again: it was, or had been too often. */
  readonly retried: (outcome: 'sent' | 'over_budget') => void;
  /** A query was sent twice: its second copy was answered first, or not. */
  readonly hedged: (outcome: 'won' | 'lost') => void;
  readonly breakerChanged: (endpoint: string, state: BackendFacts['breakers'][number]['state']) => void;
  /** A fetch was not let wait. */
  readonly refused: () => void;
  /** A query was to be copied to a shadow. */
  readonly copied: (outcome: 'same' | 'different' | 'uncompared' | 'failed' | 'skipped') => void;
  readonly closed: () => void;
}

/** How it stands with the registry that is followed. */
export interface RegistryFacts {
  /** Whether it answered when it was asked last. */
  readonly isUp: boolean;
  /** Whether the copy on disk was taken, as it could not be asked. */
  readonly isCopy: boolean;
  /** Of the last good supergraph. */
  readonly version: number | undefined;
}

/** What the gateway reports to. Every member is cheap and never throws; with all of it off each is an empty function. */
export interface Telemetry {
  readonly log: Logger;
  /** What happened lately in this process. */
  readonly traffic: Pick<Traffic, 'snapshot' | 'timelineOf' | 'p99Of'>;
  /** The last requests that were refused in this process, newest first. */
  readonly recentRefusals: () => readonly RecentRefusal[];
  /**
   * A request has come, at `startMs` of `performance.now()`. Gives its trace, which continues that of the caller, to be put into it;
   * `undefined` without traces.
   */
  readonly requestBegan: (request: RequestUnderWay, startMs: number) => RequestTrace | undefined;
  /** Runs one stage of a request, and notes its times; what `run` gives comes as it is, so that nobody waits for what is there. */
  readonly withStage: <T>(stage: Stage, run: () => T | Promise<T>, times: StageTimes | undefined) => T | Promise<T>;
  /** A request was answered, or refused. */
  readonly requestEnded: (facts: RequestFacts) => void;
  /** The last that is told of a request that began; `error` is what it failed with, if it has no answer. */
  readonly requestLeft: (request: RequestUnderWay, error?: unknown) => void;
  /** A subgraph is asked for something. Gives the client span of that, below `parent`, to be ended by who asks; `undefined` without traces. */
  readonly fetchBegan: (subgraph: string, kind: string, parent: Span | undefined) => Span | undefined;
  readonly fetchEnded: (facts: FetchFacts) => void;
  readonly operationCacheAsked: (hit: boolean) => void;
  readonly cacheAsked: (ask: CacheAsk) => void;
  /** So many entries were asked for of a level of the cache, and so many were there. */
  readonly cacheLevelAsked: (level: 'memory' | 'redis', asked: number, found: number) => void;
  readonly policyDenied: (facts: DenialFacts) => void;
  /** `undefined` when nobody counts, so that the costs of answers need not be worked out. */
  readonly costCounted: ((facts: CostFacts) => void) | undefined;
  /** What a rule of `rateLimit` made of an operation. */
  readonly limitDecided: (rule: string, outcome: 'allowed' | 'refused') => void;
  /** Somebody has used this share of its quota, of 0 to 1. */
  readonly quotaUsed: (rule: string, share: number) => void;
  readonly limitStoreOpened: () => LimitStoreReporter;
  /** Tells where to read what is known of the endpoints of a subgraph. */
  readonly endpointsOpened: (subgraph: string, read: () => readonly EndpointFacts[]) => EndpointReporter;
  /** Tells where to read what is known of a subgraph as a whole. */
  readonly backendOpened: (subgraph: string, read: () => BackendFacts) => BackendReporter;
  /** Tells where to read what share of its calls goes to the canary of a subgraph, until what it gives is called. */
  readonly backendCanaryOpened: (subgraph: string, readShare: () => number) => () => void;
  /** So many calls of a canary or of what it is compared with have ended, so many of them not well. */
  readonly backendCanaryCalled: (subgraph: string, side: 'canary' | 'baseline', count: number, errors: number) => void;
  readonly backendCanaryChanged: (subgraph: string, change: 'started' | 'stepped' | 'promoted' | 'rolled_back') => void;
  readonly requestShed: (reason: ShedReason) => void;
  /** An answer tells of degraded parts. */
  readonly answerDegraded: (reason: 'stale' | 'default') => void;
  /** What became of the Idempotency-Key of a mutation. */
  readonly idempotencyDecided: (outcome: 'taken' | 'kept' | 'running' | 'lost' | 'other' | 'unavailable') => void;
  /** A fetch was made slow or failed, as the configuration asks for. */
  readonly faultInjected: (subgraph: string, fault: 'delay' | 'error' | 'abort') => void;
  /** Tells where to read what is in flight. */
  readonly watchLoad: (read: () => Load) => void;
  readonly supergraphSwapped: (fingerprint: string, subgraphs: number) => void;
  /** Whether the newest supergraph could be read and used. */
  readonly supergraphJudged: (isGood: boolean) => void;
  /** What became of a version that a share of the clients was to try, and how many of 100 try one now. */
  readonly trialChanged: (
    outcome: 'started' | 'shared' | 'promoted' | 'taken_back' | 'failed',
    percent: number,
  ) => void;
  /** An operation was to be planned; `hit` when it was before. */
  readonly planAsked: (hit: boolean) => void;
  readonly registryFollowed: (facts: RegistryFacts) => void;
  readonly artifactRead: (outcome: 'taken' | 'refused') => void;
  /** Traffic was unusual. */
  readonly anomalyFound: (kind: string) => void;
  /** Tells where to read how many requests in a second are expected in an hour; `undefined` while too little is known. */
  readonly watchForecast: (read: () => number | undefined) => void;
  /** Somebody was told of an alert, or could not be; `channel` is the kind of it. */
  readonly alertTold: (channel: string, outcome: 'told' | 'lost') => void;
  /** Tells where to read which alerts fire. */
  readonly watchAlerts: (read: () => readonly { readonly name: string; readonly severity: string }[]) => void;
  /** What became of a report of usage. */
  readonly usageTold: (outcome: 'sent' | 'lost') => void;
  /** So many operations of clients are in no report, or in one that was lost. */
  readonly usageDropped: (operations: number) => void;
  /** Metrics as text, without the mark of its end, see `endOf`; `undefined` when they are off. */
  readonly metricsText: (format?: MetricsFormat) => Promise<string | undefined>;
  /** Metrics by name; none when they are off. */
  readonly metricFamilies: (names: readonly string[]) => readonly MetricFamily[];
  /** Writes to the audit log: who changed what, and who was refused. */
  readonly audit: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Has the log be as detailed as operators say now, for everybody or for some. */
  readonly setLogLevels: (rules: readonly LevelRule[]) => void;
  /** Sends what is buffered and stops. */
  readonly shutdown: () => Promise<void>;
}
