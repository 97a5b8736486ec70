import { SpanLog } from './span-log.ts';

/** Why something of a trace is not kept. */
export type DropReason = 'request' | 'requests' | 'memory' | 'queue' | 'export';

/** What a request with its stages takes, about, in bytes. */
const requestBytes = 1_000;
/** What a further span takes, or what is noted of one, with its texts. */
const entryBytes = 200;
/** As many logs are kept for further requests as requests are under way on a machine with much to do. */
const sparesMost = 256;
/** A log that has grown beyond is not kept. */
const spareSpansMost = 64;

/** What the spans of all requests that have not ended may take together. */
export class TraceBudget {
  /** How many requests have spans that are held. */
  requests = 0;
  #bytes = 0;
  readonly #spares: SpanLog[] = [];
  readonly #most: { readonly spansPerRequest: number; readonly requestsHeld: number; readonly bytesHeld: number };
  readonly #onDropped: (reason: DropReason) => void;

  constructor(
    most: { readonly spansPerRequest: number; readonly requestsHeld: number; readonly bytesHeld: number },
    onDropped: (reason: DropReason) => void,
  ) {
    this.#most = most;
    this.#onDropped = onDropped;
  }

  /** Where the spans of one request more are held, as soon as there is one; `undefined` when too many requests are under way. */
  enter(): SpanLog | undefined {
    if (this.requests >= this.#most.requestsHeld) return undefined;
    this.requests += 1;
    this.#bytes += requestBytes;
    return this.#spares.pop() ?? new SpanLog();
  }

  /** A request has ended: nothing of its spans is read any longer. */
  leave(log: SpanLog): void {
    this.requests -= 1;
    this.#bytes -= requestBytes + log.entries * entryBytes;
    if (this.#spares.length >= sparesMost || log.spans > spareSpansMost) return;
    log.clear();
    this.#spares.push(log);
  }

  /** Whether a request may have one stage more; `log` is `undefined` where none are held. */
  takesStage(log: SpanLog | undefined): log is SpanLog {
    if (log !== undefined && log.spans < this.#most.spansPerRequest) return true;
    this.#onDropped(log === undefined ? 'requests' : 'request');
    return false;
  }

  /** Whether a request may have one span more. */
  takesSpan(log: SpanLog | undefined): log is SpanLog {
    if (!this.takesStage(log)) return false;
    if (this.#takesEntry()) return true;
    this.#onDropped('memory');
    return false;
  }

  /** Whether something more may be noted of a span. */
  takesNote(log: SpanLog, span: number): boolean {
    return log.takesNote(span) && this.#takesEntry();
  }

  #takesEntry(): boolean {
    if (this.#bytes >= this.#most.bytesHeld) return false;
    this.#bytes += entryBytes;
    return true;
  }
}
