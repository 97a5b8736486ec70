/** What is noted of a span: names and counts, never what clients or subgraphs sent. */
export type SpanValue = string | number | boolean | readonly string[];

export type SpanAttributes = Readonly<Record<string, SpanValue>>;

/** By which steps of plans are found among the spans: the id of the step. */
export const stepAttribute = 'overlock.plan.step';

export type SpanKind = 'server' | 'client' | 'internal';

/** One piece of work of a request that is traced. Every member is cheap and never throws. */
export interface Span {
  /** Begins a piece of it. */
  readonly begin: (name: string, kind: SpanKind, attributes?: SpanAttributes) => Span;
  readonly set: (name: string, value: SpanValue) => void;
  /** Notes that something happened just now. */
  readonly note: (event: string, attributes?: SpanAttributes) => void;
  /** Ends it, and says what it failed with; only the first end counts. */
  readonly end: (error?: unknown) => void;
  /** The headers, by lower-case name, with which a subgraph continues the trace below this span. */
  readonly headers: () => Readonly<Record<string, string>>;
}

/** The trace of one request: its first span, with what concerns all of them. */
export interface RequestTrace extends Span {
  /** In hex. */
  readonly traceId: string;
  /** Whether an operator has asked for this one: it is kept whole, and shown in the answer. */
  readonly isOnDemand: boolean;
  /** Whether it is sent to the collector, as far as that is decided. */
  readonly isKept: boolean;
  /** Notes those of the variables that the configuration names. */
  readonly noteVariables: (variables: Readonly<Record<string, unknown>>) => void;
  /** What there is of it so far, for who has asked for it: JSON. */
  readonly report: () => TraceReport;
}

/** A trace as it is shown in an answer. */
export interface TraceReport {
  readonly traceId: string;
  readonly durationMs: number;
  /** In the order in which they began. */
  readonly spans: readonly SpanReport[];
}

export interface SpanReport {
  /** From 0 on, for the request itself. */
  readonly id: number;
  readonly parent: number | undefined;
  readonly name: string;
  /** Since the request began. */
  readonly startMs: number;
  /** `undefined` while it has not ended. */
  readonly durationMs: number | undefined;
  readonly error?: string | undefined;
  readonly attributes: SpanAttributes;
  readonly events: readonly { readonly name: string; readonly atMs: number; readonly attributes: SpanAttributes }[];
}
