import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { AnswerReader, type HttpAnswer } from './answer-reader.ts';
import type { Answered } from './call.ts';
import { SseSubscription, type SseSubscriptionOptions } from './sse-subscription.ts';

/** What a subgraph made of a request to subscribe. */
export type SubscriptionAnswer =
  | ({ readonly kind: 'accepted'; readonly events: SseSubscription } & Answered)
  | ({ readonly kind: 'answered' } & HttpAnswer);

/** Turns an event stream into a subscription, and reads any other answer whole. */
export class SubscriptionReader implements Dispatcher.DispatchHandler {
  readonly #options: SseSubscriptionOptions;
  readonly #resolve: (answer: SubscriptionAnswer) => void;
  readonly #answer: AnswerReader;
  #events: SseSubscription | undefined;

  constructor(
    options: SseSubscriptionOptions,
    resolve: (answer: SubscriptionAnswer) => void,
    reject: (error: Error) => void,
  ) {
    this.#options = options;
    this.#resolve = resolve;
    const answerOptions = { subgraph: options.subgraph, responseBytes: options.eventLength };
    this.#answer = new AnswerReader(answerOptions, (answer) => resolve({ kind: 'answered', ...answer }), reject);
  }

  /** Ends the call with `reason`; once the subscription is accepted, without a word. */
  abort(reason: Error): void {
    if (this.#events === undefined) this.#answer.abort(reason);
    else this.#events.stop();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#answer.onRequestStart(controller);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (!isEventStream(status, headers)) {
      this.#answer.onResponseStart(controller, status, headers);
      return;
    }
    this.#events = new SseSubscription(controller, this.#options);
    this.#resolve({ kind: 'accepted', status, headers, events: this.#events });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#events === undefined) this.#answer.onResponseData(controller, chunk);
    else this.#events.feed(chunk);
  }

  onResponseEnd(): void {
    if (this.#events === undefined) this.#answer.onResponseEnd();
    else this.#events.fail('SUBGRAPH_UNREACHABLE');
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#events === undefined) this.#answer.onResponseError(controller, error);
    else this.#events.fail('SUBGRAPH_UNREACHABLE');
  }
}

/** A compressed stream was not asked for, and is read, and refused, like any other answer. */
function isEventStream(status: number, headers: IncomingHttpHeaders): boolean {
  // Yoga says "none", which no registry has.
  const isPlain = ['identity', 'none'].includes(headers['content-encoding'] ?? 'identity');
  return status >= 200 && status < 300 && isPlain && /^text\/event-stream\b/i.test(headers['content-type'] ?? '');
}
