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

/** What the gateway reports to. Every member is cheap and never throws; with all of it off each is an empty function. */
export interface Telemetry {
  readonly log: Logger;
  /** Runs a whole request inside a server span that continues the caller's W3C `traceparent`. */
  readonly withRequest: <T>(
    headers: ReadonlyMap<string, string>,
    requestId: string,
    run: () => Promise<T>,
  ) => Promise<T>;
  /** Runs one stage inside a span. */
  readonly withStage: <T>(stage: Stage, run: () => Promise<T>) => Promise<T>;
  /** Runs one subgraph fetch inside a client span; `headers` are the trace headers for the subgraph, by lower-case name. */
  readonly withFetch: <T>(
    subgraph: string,
    kind: string,
    run: (headers: Readonly<Record<string, string>>) => Promise<T>,
  ) => Promise<T>;
  readonly requestEnded: (facts: RequestFacts) => void;
  readonly fetchEnded: (facts: FetchFacts) => void;
  readonly operationCacheAsked: (hit: boolean) => void;
  readonly supergraphSwapped: (fingerprint: string, subgraphs: number) => void;
  /** Prometheus text, or `undefined` when metrics are off. */
  readonly metricsText: () => Promise<string | undefined>;
  /** The current trace id in hex, when there is one. */
  readonly traceId: () => string | undefined;
  /** Sends what is buffered and stops. */
  readonly shutdown: () => Promise<void>;
}
