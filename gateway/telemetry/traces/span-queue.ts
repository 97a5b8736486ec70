import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** What sends spans to a collector; `done` is called once, with an error when it did not work. */
export interface SpanSender {
  readonly send: (spans: readonly ReadableSpan[], done: (error: Error | undefined) => void) => void;
  readonly close: () => Promise<void>;
}

export interface SpanQueueOptions {
  readonly sender: SpanSender;
  /** Most spans that wait. */
  readonly most: number;
  readonly onSent: (spans: number) => void;
  readonly onDropped: (reason: 'queue' | 'export', spans: number) => void;
  readonly onTrouble: (error: Error) => void;
}

const batchMost = 512;
const waitMs = 1_000;
/** Longer than senders take to give up by themselves. */
const givenUpAfterMs = 10_000;

/** Spans that wait for the collector: they are sent in batches, one at a time, and what there is no room for is dropped. */
export class SpanQueue {
  readonly #options: SpanQueueOptions;
  #waiting: ReadableSpan[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: SpanQueueOptions) {
    this.#options = options;
  }

  /** How many wait. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Takes the spans of one request, all or none of them: half a trace misleads. */
  add(spans: readonly ReadableSpan[]): void {
    if (this.#isClosed || this.#waiting.length + spans.length > this.#options.most) {
      this.#options.onDropped('queue', spans.length);
      return;
    }
    this.#waiting.push(...spans);
    if (this.#waiting.length >= batchMost) this.#sendSoon();
    else this.#timer ??= setTimeout(() => this.#sendSoon(), waitMs).unref();
  }

  /** Sends what waits, and no more after that. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#sendSoon();
    while (this.#sending !== undefined) await this.#sending;
    await this.#options.sender.close();
  }

  #sendSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#sending !== undefined || this.#waiting.length === 0) return;
    this.#sending = this.#send(this.#waiting.splice(0, batchMost)).then(() => {
      this.#sending = undefined;
      if (this.#waiting.length >= batchMost || this.#isClosed) this.#sendSoon();
      else if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#sendSoon(), waitMs).unref();
    });
  }

  #send(batch: readonly ReadableSpan[]): Promise<void> {
    const { sender, onSent, onDropped, onTrouble } = this.#options;
    return new Promise((resolve) => {
      let isDone = false;
      const done = (error: Error | undefined) => {
        if (isDone) return;
        isDone = true;
        clearTimeout(timer);
        if (error === undefined) onSent(batch.length);
        else {
          onDropped('export', batch.length);
          onTrouble(error);
        }
        resolve();
      };
      const timer = setTimeout(() => done(new Error('The collector does not answer.')), givenUpAfterMs).unref();
      try {
        sender.send(batch, done);
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }
}
