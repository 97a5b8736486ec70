import type { SpanAttributes, SpanKind, SpanValue } from './span.ts';
import { newSpanId } from './trace-ids.ts';

/** What a span came to that did not end well. */
export interface SpanFailure {
  /** A code or the name of an error: messages quote what clients sent. */
  readonly type: string;
  /** A refusal is an answer, not a failure of the gateway. */
  readonly isFault: boolean;
}

/** Something that happened while a span was open. */
interface SpanEvent {
  readonly name: string;
  readonly atMs: number;
  readonly attributes: SpanAttributes;
}

/** A span as it is read from the log. Times are those of `performance.now()`. */
export interface RecordedSpan {
  name: string;
  readonly kind: SpanKind;
  /** In hex. */
  readonly id: string;
  /** `undefined` for the first one. */
  readonly parent: RecordedSpan | undefined;
  readonly startMs: number;
  /** `undefined` while it has not ended. */
  readonly endMs: number | undefined;
  failure: SpanFailure | undefined;
  readonly attributes: Record<string, SpanValue>;
  readonly events: SpanEvent[];
}

/** Where a span is written. */
interface Slot {
  name: string;
  kind: SpanKind;
  parent: number;
  attributes: SpanAttributes;
  startMs: number;
  /** Not a number until it ends. */
  endMs: number;
  /** Empty until somebody asks for it. */
  id: string;
  failure: SpanFailure | undefined;
}

/** What is said of a span beside: an attribute, or something that happened. */
type Note =
  | { readonly kind: 'attribute'; readonly span: number; readonly name: string; readonly value: SpanValue }
  | {
      readonly kind: 'event';
      readonly span: number;
      readonly name: string;
      readonly atMs: number;
      readonly attributes: SpanAttributes | undefined;
    };

/** A stage of the request, which is below its first span. */
interface StageSlot {
  name: string;
  startMs: number;
  endMs: number;
  failure: SpanFailure | undefined;
}

/** Most notes of a span: each further retry would say the same. */
const notesMost = 200;
const none: SpanAttributes = Object.freeze(Object.create(null));

/**
 * The spans of one request, by number in the order in which they began. Nearly all requests are forgotten, so hardly anything is made
 * for one: what is known goes into slots that were those of another request before.
 */
export class SpanLog {
  readonly #slots: Slot[] = [];
  #begun = 0;
  readonly #stages: StageSlot[] = [];
  #staged = 0;
  #notes: Note[] | undefined;

  /** How many spans there are. */
  get spans(): number {
    return this.#begun + this.#staged;
  }

  /** How many spans and notes there are beside the first span and the stages. */
  get entries(): number {
    return this.#begun - 1 + (this.#notes?.length ?? 0);
  }

  /** Begins a span; gives its number. */
  begin(name: string, kind: SpanKind, parent: number, startMs: number, attributes = none): number {
    const number = this.#begun;
    const slot = this.#slots[number];
    this.#begun += 1;
    if (slot === undefined) {
      this.#slots.push({ name, kind, parent, attributes, startMs, endMs: Number.NaN, id: '', failure: undefined });
      return number;
    }
    slot.name = name;
    slot.kind = kind;
    slot.parent = parent;
    slot.attributes = attributes;
    slot.startMs = startMs;
    slot.endMs = Number.NaN;
    return number;
  }

  /** Only the first end counts. */
  end(number: number, endMs: number, failure: SpanFailure | undefined): void {
    const slot = this.#slots[number];
    if (slot === undefined || !Number.isNaN(slot.endMs)) return;
    slot.endMs = endMs;
    slot.failure = failure;
  }

  /** Adds a stage that has ended: a span below the first one that has nothing below it. */
  addStage(name: string, startMs: number, endMs: number, failure: SpanFailure | undefined): void {
    const slot = this.#stages[this.#staged];
    this.#staged += 1;
    if (slot === undefined) {
      this.#stages.push({ name, startMs, endMs, failure });
      return;
    }
    slot.name = name;
    slot.startMs = startMs;
    slot.endMs = endMs;
    slot.failure = failure;
  }

  /** Whether more is to be noted of a span. */
  takesNote(number: number): boolean {
    const notes = this.#notes;
    if (notes === undefined || notes.length < notesMost) return true;
    return notes.reduce((count, { span }) => count + (span === number ? 1 : 0), 0) < notesMost;
  }

  note(note: Note): void {
    if (this.#notes === undefined) this.#notes = [note];
    else this.#notes.push(note);
  }

  /** The id of a span in hex. Most are never asked for it. */
  idOf(number: number): string {
    const slot = this.#slots[number];
    if (slot === undefined) return newSpanId();
    if (slot.id === '') slot.id = newSpanId();
    return slot.id;
  }

  /** All spans in the order in which they began. */
  read(): RecordedSpan[] {
    const begun: RecordedSpan[] = [];
    for (const [number, slot] of this.#slots.slice(0, this.#begun).entries()) {
      const { name, kind, parent, startMs, endMs, failure, attributes } = slot;
      begun.push({
        name,
        kind,
        id: this.idOf(number),
        parent: begun[parent],
        startMs,
        endMs: Number.isNaN(endMs) ? undefined : endMs,
        failure,
        attributes: { ...attributes },
        events: [],
      });
    }
    for (const note of this.#notes ?? []) {
      const span = begun[note.span];
      if (span === undefined) continue;
      if (note.kind === 'attribute') span.attributes[note.name] = note.value;
      else span.events.push({ name: note.name, atMs: note.atMs, attributes: note.attributes ?? none });
    }
    const stages = this.#stages.slice(0, this.#staged).map((slot): RecordedSpan => {
      return { ...slot, kind: 'internal', id: newSpanId(), parent: begun[0], attributes: {}, events: [] };
    });
    const [root, ...others] = begun;
    return root === undefined ? [] : [root, ...[...stages, ...others].sort((a, b) => a.startMs - b.startMs)];
  }

  /** Forgets all of it, for the next request. */
  clear(): void {
    for (let number = 0; number < this.#begun; number += 1) {
      const slot = this.#slots[number];
      if (slot === undefined) break;
      slot.attributes = none;
      slot.id = '';
      slot.failure = undefined;
    }
    this.#begun = 0;
    this.#staged = 0;
    this.#notes = undefined;
  }
}
