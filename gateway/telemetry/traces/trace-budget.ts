/** Why something of a trace is not kept. */
export type DropReason = 'request' | 'requests' | 'memory' | 'queue' | 'export';

/** What the spans of all requests that have not ended may take together. */
export class TraceBudget {
  requests = 0;
  bytes = 0;
  readonly #requestsMost: number;
  readonly #bytesMost: number;
  readonly #onDropped: (reason: DropReason) => void;
  readonly spansMost: number;

  constructor(
    most: { readonly spansPerRequest: number; readonly requestsHeld: number; readonly bytesHeld: number },
    onDropped: (reason: DropReason) => void,
  ) {
    this.spansMost = most.spansPerRequest;
    this.#requestsMost = most.requestsHeld;
    this.#bytesMost = most.bytesHeld;
    this.#onDropped = onDropped;
  }

  /** Whether the spans of one request more are held. */
  enter(): boolean {
    if (this.requests >= this.#requestsMost) return false;
    this.requests += 1;
    return true;
  }

  /** A request has ended. */
  leave(bytes: number): void {
    this.requests -= 1;
    this.bytes -= bytes;
  }

  /** Takes the memory of a span of a request that has so many; gives whether it may be held. */
  take(spans: number, bytes: number, isHeld: boolean): boolean {
    const reason = this.#refusal(spans, bytes, isHeld);
    if (reason === undefined) {
      this.bytes += bytes;
      return true;
    }
    this.#onDropped(reason);
    return false;
  }

  #refusal(spans: number, bytes: number, isHeld: boolean): DropReason | undefined {
    if (!isHeld) return 'requests';
    if (spans >= this.spansMost) return 'request';
    return this.bytes + bytes > this.#bytesMost ? 'memory' : undefined;
  }
}
