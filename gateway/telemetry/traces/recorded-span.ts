import { GatewayError } from '../../errors.ts';
import type { RecordedTrace } from './recorded-trace.ts';
import type { Span, SpanAttributes, SpanKind, SpanValue } from './span.ts';
import { toBounded } from './to-bounded.ts';
import { newSpanId } from './trace-ids.ts';

/** Something that happened while a span was open. */
export interface SpanEvent {
  readonly name: string;
  readonly atMs: number;
  readonly attributes: SpanAttributes;
}

/** What a span came to that did not end well. */
interface SpanFailure {
  /** A code or the name of an error: messages quote what clients sent. */
  readonly type: string;
  /** A refusal is an answer, not a failure of the gateway. */
  readonly isFault: boolean;
}

/** Most events of a span: each further retry would say the same. */
const eventsMost = 50;
/** Most attributes that are set one by one, again for that reason. */
const setsMost = 200;
const noAttributes: SpanAttributes = Object.freeze({});

/** A span as plain values, so that a request that is not kept costs next to nothing. Times are those of `performance.now()`. */
export class RecordedSpan implements Span {
  name: string;
  readonly kind: SpanKind;
  readonly trace: RecordedTrace;
  readonly parent: RecordedSpan | undefined;
  readonly startMs: number;
  endMs: number | undefined;
  failure: SpanFailure | undefined;
  events: SpanEvent[] | undefined;
  readonly #first: SpanAttributes;
  /** Attributes that came one by one, names and values in turn: they are put together when somebody reads them. */
  #sets: SpanValue[] | undefined;
  #id: string | undefined;

  constructor(
    trace: RecordedTrace,
    parent: RecordedSpan | undefined,
    name: string,
    kind: SpanKind,
    startMs: number,
    attributes: SpanAttributes = noAttributes,
  ) {
    this.trace = trace;
    this.parent = parent;
    this.name = name;
    this.kind = kind;
    this.startMs = startMs;
    this.#first = attributes;
  }

  /** In hex. Most are never asked for it. */
  get id(): string {
    this.#id ??= newSpanId();
    return this.#id;
  }

  get attributes(): SpanAttributes {
    const all: Record<string, SpanValue> = { ...this.#first };
    const sets = this.#sets ?? [];
    for (let index = 0; index < sets.length; index += 2) all[String(sets[index])] = sets[index + 1] ?? '';
    return all;
  }

  begin(name: string, kind: SpanKind, attributes?: SpanAttributes): Span {
    const span = new RecordedSpan(this.trace, this, name, kind, performance.now(), attributes);
    this.trace.hold(span);
    return span;
  }

  set(name: string, value: SpanValue): void {
    this.#sets ??= [];
    if (this.#sets.length < setsMost) this.#sets.push(name, toBounded(value));
  }

  note(event: string, attributes: SpanAttributes = noAttributes): void {
    this.events ??= [];
    if (this.events.length < eventsMost) this.events.push({ name: event, atMs: performance.now(), attributes });
  }

  end(error?: unknown): void {
    this.endAt(performance.now(), error);
  }

  /** Only the first end counts. */
  endAt(endMs: number, error: unknown): void {
    if (this.endMs !== undefined) return;
    this.endMs = endMs;
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
