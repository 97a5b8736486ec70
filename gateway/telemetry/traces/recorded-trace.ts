import { GatewayError } from '../../errors.ts';
import type { RequestFacts, RequestUnderWay } from '../telemetry.ts';
import { OpenSpan } from './open-span.ts';
import type { Caller, Propagation } from './propagation.ts';
import type { RequestTrace, Span, SpanAttributes, SpanKind, SpanReport, SpanValue, TraceReport } from './span.ts';
import type { RecordedSpan, SpanFailure, SpanLog } from './span-log.ts';
import type { KeepReason } from './tail.ts';
import { toBounded } from './to-bounded.ts';
import type { TraceBudget } from './trace-budget.ts';
import { newSpanId, newTraceId } from './trace-ids.ts';

/** The number of the span of the request itself. */
const root = 0;
/** The number of a span that is not held, and of what the first is below. */
const none = -1;

/** What all traces have in common. */
export interface TraceSetup {
  readonly propagation: Propagation;
  readonly budget: TraceBudget;
  readonly isOnDemand: (headers: ReadonlyMap<string, string>) => boolean;
  /** Whether a trace is kept, as far as that can be said from its id and by its caller alone: subgraphs are told. */
  readonly isSampled: (traceId: string, caller: Caller) => boolean;
  /** Names of those variables that are noted. */
  readonly variables: ReadonlySet<string>;
}

/** The trace of one request, held until it is known whether it is kept. */
export class RecordedTrace implements RequestTrace {
  readonly traceId: string;
  readonly isOnDemand: boolean;
  readonly caller: Caller;
  readonly isSampled: boolean;
  /** Why it is kept, as far as that is decided. */
  keepReason: KeepReason | undefined;
  /** How its request ended, where it is kept. */
  facts: RequestFacts | undefined;
  readonly #setup: TraceSetup;
  #log: SpanLog | undefined;
  #isOver = false;

  constructor(setup: TraceSetup, { client: { headers } }: RequestUnderWay, startMs: number) {
    const { propagation, budget, isOnDemand, isSampled } = setup;
    this.#setup = setup;
    this.caller = propagation.read(headers);
    this.isOnDemand = isOnDemand(headers);
    this.traceId = this.caller.span?.traceId ?? newTraceId();
    this.isSampled = this.isOnDemand || isSampled(this.traceId, this.caller);
    this.keepReason = this.isOnDemand ? 'onDemand' : this.isSampled ? 'sampled' : undefined;
    this.#log = budget.enter();
    // https://opentelemetry.io/docs/specs/semconv/graphql/graphql-spans/ names it so until the operation is known.
    if (budget.takesStage(this.#log)) this.#log.begin('GraphQL Operation', 'server', none, startMs);
  }

  get isKept(): boolean {
    return this.keepReason !== undefined;
  }

  begin(name: string, kind: SpanKind, attributes?: SpanAttributes): Span {
    return this.beginBelow(root, name, kind, attributes);
  }

  set(name: string, value: SpanValue): void {
    this.setOf(root, name, value);
  }

  note(event: string, attributes?: SpanAttributes): void {
    this.noteOf(root, event, attributes);
  }

  end(error?: unknown): void {
    this.endOf(root, error);
  }

  headers(): Readonly<Record<string, string>> {
    return this.headersOf(root);
  }

  addStage(stage: string, startMs: number, endMs: number, error?: unknown): void {
    const log = this.#log;
    if (this.#isOver || !this.#setup.budget.takesStage(log)) return;
    log.addStage(stage, startMs, endMs, error === undefined ? undefined : toFailure(error));
  }

  noteVariables(values: Readonly<Record<string, unknown>>): void {
    const { variables } = this.#setup;
    if (variables.size === 0) return;
    for (const name of variables) {
      if (Object.hasOwn(values, name)) this.set(`graphql.variables.${name}`, JSON.stringify(values[name]) ?? '');
    }
  }

  /** Begins a span below another one, by the number of that. */
  beginBelow(parent: number, name: string, kind: SpanKind, attributes?: SpanAttributes): Span {
    const log = this.#log;
    const isHeld = !this.#isOver && this.#setup.budget.takesSpan(log);
    return new OpenSpan(this, isHeld ? log.begin(name, kind, parent, performance.now(), attributes) : none);
  }

  setOf(span: number, name: string, value: SpanValue): void {
    const log = this.#log;
    if (span === none || log === undefined || !this.#setup.budget.takesNote(log, span)) return;
    log.note({ kind: 'attribute', span, name, value: toBounded(value) });
  }

  noteOf(span: number, name: string, attributes?: SpanAttributes): void {
    const log = this.#log;
    if (span === none || log === undefined || !this.#setup.budget.takesNote(log, span)) return;
    log.note({ kind: 'event', span, name, atMs: performance.now(), attributes });
  }

  endOf(span: number, error?: unknown): void {
    this.#log?.end(span, performance.now(), error === undefined ? undefined : toFailure(error));
  }

  headersOf(span: number): Readonly<Record<string, string>> {
    const spanId = this.#log?.idOf(span) ?? newSpanId();
    return this.#setup.propagation.write({ traceId: this.traceId, spanId }, this.isSampled, this.caller);
  }

  report(): TraceReport {
    const spans = this.read();
    const [{ startMs = 0, endMs = performance.now() } = {}] = spans;
    const numbers = new Map(spans.map((span, number) => [span, number]));
    return {
      traceId: this.traceId,
      durationMs: round(endMs - startMs),
      spans: spans.map((span, id) => toReport(span, { id, parent: span.parent && numbers.get(span.parent) }, startMs)),
    };
  }

  /** The spans that are held, in the order in which they began: that of the request first. */
  read(): RecordedSpan[] {
    return this.#log?.read() ?? [];
  }

  /** The request has ended, and its spans have been read: what comes now is nobody's. A subscription goes on holding its trace. */
  close(): void {
    this.#isOver = true;
    if (this.#log !== undefined) this.#setup.budget.leave(this.#log);
    this.#log = undefined;
  }
}

function toReport(
  { name, startMs, endMs, failure, attributes, events }: RecordedSpan,
  place: Pick<SpanReport, 'id' | 'parent'>,
  firstMs: number,
): SpanReport {
  return {
    ...place,
    name,
    startMs: round(startMs - firstMs),
    durationMs: endMs === undefined ? undefined : round(endMs - startMs),
    error: failure?.type,
    attributes,
    events: events.map((event) => ({ ...event, atMs: round(event.atMs - firstMs) })),
  };
}

function toFailure(error: unknown): SpanFailure {
  if (error instanceof GatewayError) return { type: error.code, isFault: error.status >= 500 };
  return { type: error instanceof Error ? error.name : 'unknown', isFault: true };
}

function round(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
