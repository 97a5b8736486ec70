/** Why something of a trace is not kept. */
export type DropReason = 'request' | 'requests' | 'memory' | 'queue' | 'export';

interface Most {
  readonly spansPerRequest: number;
  readonly requestsHeld: number;
  readonly bytesHeld: number;
}

/** What a request with its stages takes, about. */
const requestBytes = 1_000;
/** What a further span takes, about, with what is noted of it. */
const spanBytes = 500;

/** What the spans of all requests that have not ended may take together. */
export class TraceBudget {
  /** How many requests have spans that are held. */
  requests = 0;
  readonly #most: Most;
  readonly #onDropped: (reason: DropReason) => void;
  #bytes = 0;

  constructor(most: Most, onDropped: (reason: DropReason) => void) {
    this.#most = most;
    this.#onDropped = onDropped;
  }

  /** Whether the spans of one request more are held. */
  enter(): boolean {
    const { requestsHeld, bytesHeld } = this.#most;
    if (this.requests >= requestsHeld) return this.drop('requests');
    if (this.#bytes >= bytesHeld) return this.drop('memory');
    this.requests += 1;
    this.#bytes += requestBytes;
    return true;
  }

  /** A request has ended that had so many spans below its first one. */
  leave(spans: number): void {
    this.requests -= 1;
    this.#bytes -= requestBytes + spans * spanBytes;
  }

  /** Whether a request that has so many spans below its first one may have one more. */
  takesSpan(spans: number): boolean {
    if (spans + 1 >= this.#most.spansPerRequest) return this.drop('request');
    if (this.#bytes >= this.#most.bytesHeld) return this.drop('memory');
    this.#bytes += spanBytes;
    return true;
  }

  /** Counts a span that is not held. */
  drop(reason: DropReason): false {
    this.#onDropped(reason);
    return false;
  }
}
