import { GraphQLError } from 'graphql';
import type { Dispatcher } from 'undici';
import { EventStreamReader, type StreamedEvent } from './event-stream.ts';
import type { FetchResult } from './send.ts';

/** Most events that wait to be taken before the subgraph is asked to pause; one chunk more may arrive before it does. */
const waitingMost = 16;

export interface SseSubscriptionOptions {
  readonly subgraph: string;
  /** Longest event. */
  readonly eventLength: number;
  /** @throws when the data of an event is not a GraphQL result. */
  readonly toResult: (data: string) => FetchResult;
}

/**
 * The events of one subscription in graphql-sse's distinct connections mode
 * (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md#distinct-connections-mode). A consumer that is slow
 * slows the subgraph down. A source that drops, or sends what is no result, ends with an error event.
 */
export class SseSubscription implements AsyncIterableIterator<FetchResult, undefined> {
  readonly #options: SseSubscriptionOptions;
  readonly #controller: Dispatcher.DispatchController;
  readonly #reader: EventStreamReader;
  readonly #waiting: FetchResult[] = [];
  readonly #takers: ((result: IteratorResult<FetchResult, undefined>) => void)[] = [];
  #ended = false;
  #onEnd: (() => void) | undefined;

  constructor(controller: Dispatcher.DispatchController, options: SseSubscriptionOptions) {
    this.#controller = controller;
    this.#options = options;
    this.#reader = new EventStreamReader(options.eventLength);
  }

  /** Takes bytes off the wire. */
  feed(chunk: Buffer): void {
    if (this.#ended) return;
    try {
      this.#reader.read(chunk, (event) => this.#take(event));
    } catch {
      this.fail('SUBGRAPH_INVALID_RESPONSE');
      return;
    }
    if (this.#waiting.length >= waitingMost) this.#controller.pause();
  }

  /** Ends with an error event. */
  fail(code: 'SUBGRAPH_UNREACHABLE' | 'SUBGRAPH_INVALID_RESPONSE'): void {
    if (this.#ended) return;
    const message = `The subscription to the subgraph "${this.#options.subgraph}" broke off. Subscribe again.`;
    this.#push({ errors: [new GraphQLError(message, { extensions: { code } })] });
    this.#end();
  }

  /** Ends at once, without what still waits, and hangs up. */
  stop(): void {
    this.#waiting.length = 0;
    this.#end();
  }

  /** Runs `listener` when the subscription is over, whoever ended it; at once when it is already. */
  onEnd(listener: () => void): void {
    if (this.#ended) listener();
    else this.#onEnd = listener;
  }

  async next(): Promise<IteratorResult<FetchResult, undefined>> {
    const value = this.#waiting.shift();
    if (value === undefined) {
      if (this.#ended) return { done: true, value: undefined };
      return new Promise((resolve) => this.#takers.push(resolve));
    }
    if (this.#waiting.length === 0 && this.#controller.paused) this.#controller.resume();
    return { done: false, value };
  }

  async return(): Promise<IteratorResult<FetchResult, undefined>> {
    this.stop();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take({ name, data }: StreamedEvent): void {
    if (this.#ended) return;
    if (name === 'next') this.#push(this.#options.toResult(data));
    if (name === 'complete') this.#end();
  }

  #push(value: FetchResult): void {
    const taker = this.#takers.shift();
    if (taker === undefined) this.#waiting.push(value);
    else taker({ done: false, value });
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const taker of this.#takers.splice(0)) taker({ done: true, value: undefined });
    this.#onEnd?.();
    this.#controller.abort(new Error('The subscription is over.'));
  }
}
