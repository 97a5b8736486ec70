import type { RecordedTrace } from './recorded-trace.ts';
import type { Span, SpanAttributes, SpanKind, SpanValue } from './span.ts';

/** A span by its number in a trace: all that is made for one while its request is answered. */
export class OpenSpan implements Span {
  readonly #trace: RecordedTrace;
  readonly #number: number;

  constructor(trace: RecordedTrace, number: number) {
    this.#trace = trace;
    this.#number = number;
  }

  begin(name: string, kind: SpanKind, attributes?: SpanAttributes): Span {
    return this.#trace.beginBelow(this.#number, name, kind, attributes);
  }

  set(name: string, value: SpanValue): void {
    this.#trace.setOf(this.#number, name, value);
  }

  note(event: string, attributes?: SpanAttributes): void {
    this.#trace.noteOf(this.#number, event, attributes);
  }

  end(error?: unknown): void {
    this.#trace.endOf(this.#number, error);
  }

  headers(): Readonly<Record<string, string>> {
    return this.#trace.headersOf(this.#number);
  }
}
