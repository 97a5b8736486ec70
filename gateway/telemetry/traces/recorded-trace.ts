import type { RequestUnderWay } from '../telemetry.ts';
import type { Caller, Propagation } from './propagation.ts';
import { RecordedSpan } from './recorded-span.ts';
import type { RequestTrace, Span, SpanAttributes, SpanKind, SpanReport, SpanValue, TraceReport } from './span.ts';
import type { TraceBudget } from './trace-budget.ts';
import { newTraceId } from './trace-ids.ts';

/** What a span takes, about, beside its texts. */
const spanBytes = 200;
const variableLengthMost = 256;

export interface RecordedTraceOptions {
  readonly request: RequestUnderWay;
  readonly caller: Caller;
  readonly propagation: Propagation;
  readonly budget: TraceBudget;
  readonly isOnDemand: boolean;
  /** Whether it is kept, as far as that can be said from its id and by its caller alone: subgraphs are told. */
  readonly isSampled: (traceId: string, caller: Caller) => boolean;
  /** Names of those variables that are noted. */
  readonly variables: ReadonlySet<string>;
}

/** The trace of one request, held until it is known whether it is kept. */
export class RecordedTrace implements RequestTrace {
  readonly traceId: string;
  readonly isOnDemand: boolean;
  readonly request: RequestUnderWay;
  readonly caller: Caller;
  readonly root: RecordedSpan;
  readonly spans: RecordedSpan[] = [];
  /** What `performance.now()` is to be added to for the time since the epoch. */
  readonly epochMs = Date.now() - performance.now();
  readonly isSampled: boolean;
  isKept: boolean;
  readonly #options: RecordedTraceOptions;
  readonly #isHeld: boolean;
  #bytes = 0;
  #isOver = false;

  constructor(options: RecordedTraceOptions) {
    const { request, caller, budget, isOnDemand, isSampled } = options;
    this.#options = options;
    this.request = request;
    this.caller = caller;
    this.isOnDemand = isOnDemand;
    this.traceId = caller.span?.traceId ?? newTraceId();
    this.isSampled = isOnDemand || isSampled(this.traceId, caller);
    this.isKept = this.isSampled;
    this.#isHeld = budget.enter();
    // https://opentelemetry.io/docs/specs/semconv/graphql/graphql-spans/ names it so until the operation is known.
    this.root = new RecordedSpan(this, undefined, 'GraphQL Operation', 'server');
    this.hold(this.root);
  }

  begin(name: string, kind: SpanKind, attributes?: SpanAttributes): Span {
    return this.root.begin(name, kind, attributes);
  }

  set(name: string, value: SpanValue): void {
    this.root.set(name, value);
  }

  note(event: string, attributes?: SpanAttributes): void {
    this.root.note(event, attributes);
  }

  end(error?: unknown): void {
    this.root.end(error);
  }

  headers(): Readonly<Record<string, string>> {
    return this.headersFor(this.root);
  }

  headersFor({ id }: RecordedSpan): Readonly<Record<string, string>> {
    const { propagation, caller } = this.#options;
    return propagation.write({ traceId: this.traceId, spanId: id }, this.isSampled, caller);
  }

  noteVariables(values: Readonly<Record<string, unknown>>): void {
    for (const name of this.#options.variables) {
      if (!Object.hasOwn(values, name)) continue;
      const text = JSON.stringify(values[name]) ?? '';
      this.root.set(`graphql.variables.${name}`, text.slice(0, variableLengthMost));
    }
  }

  /** Holds a span that has begun; what begins after the request has ended is nobody's. */
  hold(span: RecordedSpan): void {
    if (this.#isOver) return;
    const bytes = spanBytes + span.name.length;
    if (!this.#options.budget.take(this.spans.length, bytes, this.#isHeld)) return;
    this.spans.push(span);
    this.#bytes += bytes;
  }

  /** The request has ended. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.root.end();
    if (this.#isHeld) this.#options.budget.leave(this.#bytes);
  }

  report(): TraceReport {
    const numbers = new Map(this.spans.map((span, index) => [span, index]));
    return {
      traceId: this.traceId,
      durationMs: round((this.root.endMs ?? performance.now()) - this.root.startMs),
      spans: this.spans.map((span, id) => this.#reportOf(span, id, span.parent && numbers.get(span.parent))),
    };
  }

  #reportOf(span: RecordedSpan, id: number, parent: number | undefined): SpanReport {
    const { name, attributes, startMs, endMs, failure, events = [] } = span;
    const sinceStart = (ms: number) => round(ms - this.root.startMs);
    return {
      id,
      parent,
      name,
      startMs: sinceStart(startMs),
      durationMs: endMs === undefined ? undefined : round(endMs - startMs),
      error: failure?.type,
      attributes,
      events: events.map((event) => ({ ...event, atMs: sinceStart(event.atMs) })),
    };
  }
}

function round(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
