import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Answered } from './call.ts';
import { brokenCallFault, subgraphFault } from './subgraph-fault.ts';

export interface AnswerReaderOptions {
  readonly subgraph: string;
  /** Largest body. */
  readonly responseBytes: number;
}

/** One HTTP answer, read whole. */
export interface HttpAnswer extends Answered {
  readonly body: Buffer;
}

const noHeaders: IncomingHttpHeaders = {};

/** Collects one HTTP answer from undici's events, which cost a fraction of its streams. */
export class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #options: AnswerReaderOptions;
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #reject: (error: Error) => void;
  #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #aborted: Error | undefined;
  #status = 0;
  #headers = noHeaders;
  #bytes = 0;

  constructor(options: AnswerReaderOptions, resolve: (answer: HttpAnswer) => void, reject: (error: Error) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Ends the call with `reason` now, wherever it is. */
  abort(reason: Error): void {
    this.#aborted ??= reason;
    this.#reject(reason);
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Aborted while it waited for a connection. Throwing lets go of the connection, `controller.abort` would close it.
    if (this.#aborted !== undefined) throw this.#aborted;
    // It may have been done already: whether it is sent again is not undici's to decide.
    if (this.#controller !== undefined) throw new Error('The connection was closed while an answer was waited for.');
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    if (Number(headers['content-length']) > this.#options.responseBytes) this.#refuseSize();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#options.responseBytes) this.#refuseSize();
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const body = first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#bytes);
    this.#chunks = [];
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(brokenCallFault(this.#options.subgraph, error, this.#status !== 0));
  }

  #refuseSize(): void {
    const { subgraph, responseBytes } = this.#options;
    const cause = new Error(`The answer is larger than ${responseBytes} bytes.`);
    this.abort(subgraphFault('SUBGRAPH_INVALID_RESPONSE', subgraph, cause, { kind: 'size' }));
  }
}
