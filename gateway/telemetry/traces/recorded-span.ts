import { GatewayError } from '../../errors.ts';
import type { RecordedTrace } from './recorded-trace.ts';
import type { Span, SpanAttributes, SpanKind, SpanValue } from './span.ts';
import { newSpanId } from './trace-ids.ts';

/** Something that happened while a span was open. */
export interface SpanEvent {
  readonly name: string;
  readonly atMs: number;
  readonly attributes: SpanAttributes;
}

/** What a span came to that did not end well. */
export interface SpanFailure {
  /** A code or the name of an error: messages quote what clients sent. */
  readonly type: string;
  /** A refusal is an answer, not a failure of the gateway. */
  readonly isFault: boolean;
}

/** Most events of a span: each further retry would say the same. */
const eventsMost = 50;
const textLengthMost = 256;
const none: SpanAttributes = Object.freeze(Object.create(null));

/** A span as plain values, so that a request that is not kept costs next to nothing. Times are those of `performance.now()`. */
export class RecordedSpan implements Span {
  name: string;
  readonly kind: SpanKind;
  readonly trace: RecordedTrace;
  readonly parent: RecordedSpan | undefined;
  readonly startMs: number;
  endMs: number | undefined;
  failure: SpanFailure | undefined;
  attributes: SpanAttributes;
  events: SpanEvent[] | undefined;
  #own: Record<string, SpanValue> | undefined;
  #id: string | undefined;

  constructor(
    trace: RecordedTrace,
    parent: RecordedSpan | undefined,
    name: string,
    kind: SpanKind,
    attributes: SpanAttributes = none,
  ) {
    this.trace = trace;
    this.parent = parent;
    this.name = name;
    this.kind = kind;
    this.attributes = attributes;
    this.startMs = performance.now();
  }

  /** In hex. Most are never asked for it. */
  get id(): string {
    this.#id ??= newSpanId();
    return this.#id;
  }

  begin(name: string, kind: SpanKind, attributes?: SpanAttributes): Span {
    const span = new RecordedSpan(this.trace, this, name, kind, attributes);
    this.trace.hold(span);
    return span;
  }

  set(name: string, value: SpanValue): void {
    if (this.#own === undefined) {
      this.#own = { ...this.attributes };
      this.attributes = this.#own;
    }
    this.#own[name] = typeof value === 'string' ? value.slice(0, textLengthMost) : value;
  }

  note(event: string, attributes: SpanAttributes = none): void {
    this.events ??= [];
    if (this.events.length < eventsMost) this.events.push({ name: event, atMs: performance.now(), attributes });
  }

  end(error?: unknown): void {
    if (this.endMs !== undefined) return;
    this.endMs = performance.now();
    if (error !== undefined) this.failure = toFailure(error);
  }

  headers(): Readonly<Record<string, string>> {
    return this.trace.headersFor(this);
  }
}

function toFailure(error: unknown): SpanFailure {
  if (error instanceof GatewayError) return { type: error.code, isFault: error.status >= 500 };
  return { type: error instanceof Error ? error.name : 'unknown', isFault: true };
}
