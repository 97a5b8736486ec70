import type { Logger } from './logger.ts';

/** The stages of a request, in order; spans and timings are named after them. */
type Stage = 'identify' | 'readOperation' | 'enforce' | 'planOperation' | 'executePlan';

export interface RequestFacts {
  readonly requestId: string;
  readonly operationName: string | undefined;
  readonly operationKind: 'query' | 'mutation' | 'subscription' | undefined;
  readonly operationHash: string | undefined;
  readonly status: number;
  readonly errorCodes: readonly string[];
  readonly durationMs: number;
}

export interface FetchFacts {
  readonly subgraph: string;
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
export type ShedReason = 'concurrency' | 'event_loop' | 'streams';

/** What a store of limits outside of the process tells of itself. */
export interface LimitStoreReporter {
  /** How long a request has waited for it, whatever came of it. */
  readonly asked: (durationMs: number) => void;
  /** It could not be used, and this was done instead. */
  readonly bypassed: (instead: string) => void;
  readonly changed: (isUp: boolean) => void;
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
  /** Runs a whole request inside a server span that continues the caller's W3C `traceparent`. */
  readonly withRequest: <T>(
    headers: ReadonlyMap<string, string>,
    requestId: string,
    run: () => Promise<T>,
  ) => Promise<T>;
  /** Runs one stage inside a span; without spans what `run` gives comes as it is, so that nobody waits for what is there. */
  readonly withStage: <T>(stage: Stage, run: () => T | Promise<T>) => T | Promise<T>;
  /** Runs one subgraph fetch inside a client span; `headers` are the trace headers for the subgraph, by lower-case name. */
  readonly withFetch: <T>(
    subgraph: string,
    kind: string,
    run: (headers: Readonly<Record<string, string>>) => Promise<T>,
  ) => Promise<T>;
  readonly requestEnded: (facts: RequestFacts) => void;
  readonly fetchEnded: (facts: FetchFacts) => void;
  readonly operationCacheAsked: (hit: boolean) => void;
  readonly policyDenied: (facts: DenialFacts) => void;
  /** `undefined` when nobody counts, so that the costs of answers need not be worked out. */
  readonly costCounted: ((facts: CostFacts) => void) | undefined;
  /** What a rule of `rateLimit` made of an operation. */
  readonly limitDecided: (rule: string, outcome: 'allowed' | 'refused') => void;
  readonly limitStoreOpened: () => LimitStoreReporter;
  readonly requestShed: (reason: ShedReason) => void;
  /** Tells where to read what is in flight. */
  readonly watchLoad: (read: () => { readonly requests: number; readonly streams: number }) => void;
  readonly supergraphSwapped: (fingerprint: string, subgraphs: number) => void;
  readonly registryFollowed: (facts: RegistryFacts) => void;
  readonly artifactRead: (outcome: 'taken' | 'refused') => void;
  /** What became of a report of usage. */
  readonly usageTold: (outcome: 'sent' | 'lost') => void;
  /** So many operations of clients are in no report, or in one that was lost. */
  readonly usageDropped: (operations: number) => void;
  /** Prometheus text, or `undefined` when metrics are off. */
  readonly metricsText: () => Promise<string | undefined>;
  /** The current trace id in hex, when there is one. */
  readonly traceId: () => string | undefined;
  /** Sends what is buffered and stops. */
  readonly shutdown: () => Promise<void>;
}
