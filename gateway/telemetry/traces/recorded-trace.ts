import type { StageTimes } from '../stage-times.ts';
import type { RequestFacts, RequestUnderWay } from '../telemetry.ts';
import type { Caller, Propagation } from './propagation.ts';
import { RecordedSpan } from './recorded-span.ts';
import type { RequestTrace, Span, SpanAttributes, SpanKind, SpanReport, SpanValue, TraceReport } from './span.ts';
import type { KeepReason } from './tail.ts';
import type { TraceBudget } from './trace-budget.ts';
import { newTraceId } from './trace-ids.ts';

/** What all traces have in common. */
export interface TraceSetup {
  readonly propagation: Propagation;
  readonly budget: TraceBudget;
  readonly isOnDemand: (headers: ReadonlyMap<string, string>) => boolean;
  /** Whether a trace is kept, as far as that can be said from its id and by its caller alone: subgraphs are told. */
  readonly isSampled: (traceId: string, caller: Caller) => boolean;
  /** Names of those variables that are noted. */
  readonly variables: readonly string[];
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
  readonly root: RecordedSpan;
  readonly #setup: TraceSetup;
  readonly #stages: StageTimes | undefined;
  #state: 'held' | 'refused' | 'over';
  /** Those below the first one, stages aside. */
  #spans: RecordedSpan[] | undefined;

  constructor(setup: TraceSetup, { client: { headers, stages } }: RequestUnderWay, startMs: number) {
    const { propagation, budget, isOnDemand, isSampled } = setup;
    this.#setup = setup;
    this.#stages = stages;
    this.caller = propagation.read(headers);
    this.isOnDemand = isOnDemand(headers);
    this.traceId = this.caller.span?.traceId ?? newTraceId();
    this.isSampled = this.isOnDemand || isSampled(this.traceId, this.caller);
    this.keepReason = this.isOnDemand ? 'onDemand' : this.isSampled ? 'sampled' : undefined;
    this.#state = budget.enter() ? 'held' : 'refused';
    // https://opentelemetry.io/docs/specs/semconv/graphql/graphql-spans/ names it so until the operation is known.
    this.root = new RecordedSpan(this, undefined, 'GraphQL Operation', 'server', startMs);
  }

  get isKept(): boolean {
    return this.keepReason !== undefined;
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
    return this.#setup.propagation.write({ traceId: this.traceId, spanId: id }, this.isSampled, this.caller);
  }

  noteVariables(values: Readonly<Record<string, unknown>>): void {
    for (const name of this.#setup.variables) {
      if (Object.hasOwn(values, name)) this.set(`graphql.variables.${name}`, JSON.stringify(values[name]) ?? '');
    }
  }

  /** Holds a span that has begun; what begins after the request has ended is nobody's. */
  hold(span: RecordedSpan): void {
    const { budget } = this.#setup;
    if (this.#state === 'refused') budget.drop('requests');
    if (this.#state !== 'held') return;
    this.#spans ??= [];
    if (budget.takesSpan(this.#spans.length)) this.#spans.push(span);
  }

  /** The spans that are held, in the order in which they began: that of the request first. */
  read(): readonly RecordedSpan[] {
    if (this.#state !== 'held') return [];
    const stages: RecordedSpan[] = [];
    this.#stages?.forEach((stage, startMs, endMs, error) => {
      const span = new RecordedSpan(this, this.root, stage, 'internal', startMs);
      span.endAt(endMs, error);
      stages.push(span);
    });
    return [this.root, ...[...stages, ...(this.#spans ?? [])].sort((one, other) => one.startMs - other.startMs)];
  }

  /** The request has ended, and its spans have been read. A subscription goes on holding its trace. */
  close(): void {
    if (this.#state === 'held') this.#setup.budget.leave(this.#spans?.length ?? 0);
    this.#state = 'over';
    this.#spans = undefined;
  }

  report(): TraceReport {
    const { startMs, endMs = performance.now() } = this.root;
    const spans = this.read();
    const numbers = new Map(spans.map((span, number) => [span, number]));
    return {
      traceId: this.traceId,
      durationMs: round(endMs - startMs),
      spans: spans.map((span, id) => toReport(span, { id, parent: span.parent && numbers.get(span.parent) }, startMs)),
    };
  }
}

function toReport(
  { name, startMs, endMs, failure, attributes, events = [] }: RecordedSpan,
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

function round(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
