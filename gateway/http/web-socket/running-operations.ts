import { GatewayError } from '../../errors.ts';
import { StopSignal } from '../../lib/stop-signal.ts';
import type { OperationParams } from '../../operation/operation.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { LoadGuard } from '../load-guard.ts';
import { toErrors } from '../write-refusal.ts';
import type { SocketHost, SocketPeer, SocketRefusal } from './socket-host.ts';

export interface RunningOperationsParts {
  /** Sends a message; gives a promise of room for further ones where there is none now. */
  readonly send: (text: string) => Promise<void> | undefined;
  readonly load: LoadGuard;
  /** Counts an answer that is owed to the client until what is returned is called. */
  readonly owe: () => () => void;
  readonly log: Logger;
  /** Told when the last one has ended. */
  readonly onIdle: () => void;
}

interface Running {
  readonly left: StopSignal;
  isStream: boolean;
}

/** The operations that run on one socket, by the ids that their client gave them. */
export class RunningOperations {
  readonly #parts: RunningOperationsParts;
  readonly #running = new Map<string, Running>();
  #hasEnded = false;

  constructor(parts: RunningOperationsParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#running.size;
  }

  has(id: string): boolean {
    return this.#running.has(id);
  }

  /** Runs an operation and sends what comes of it, unless there are too many; never rejects. */
  async start(id: string, params: OperationParams, { lane, config }: SocketHost, peer: SocketPeer): Promise<void> {
    const { send, load, owe, log } = this.#parts;
    const { maxOperations } = config.webSocket;
    if (this.size >= maxOperations) {
      void send(toErrorMessage(id, toRefusal(tooMany(maxOperations))));
      return;
    }
    const operation: Running = { left: new StopSignal(), isStream: false };
    this.#running.set(id, operation);
    const settle = owe();
    let leaveLoad = () => {};
    try {
      leaveLoad = load.enter(config.listen);
      const answer = await lane.answer(peer, params, operation.left);
      switch (answer.kind) {
        case 'refused':
          return this.#finish(id, operation, toErrorMessage(id, answer.refusal));
        case 'answered':
          if (this.#isAt(id, operation)) void send(toNextMessage(id, answer.result));
          return this.#finish(id, operation, toCompleteMessage(id));
        case 'streamed':
          operation.isStream = true;
          leaveLoad();
          settle();
          if (this.#hasEnded) this.stop(id);
          return await this.#sendAll(id, operation, answer.results);
        default:
          answer satisfies never;
      }
    } catch (error) {
      const isRefusal = error instanceof GatewayError;
      if (!isRefusal) log.error('An operation failed unexpectedly.', { error });
      const refusal = isRefusal ? error : new GatewayError('INTERNAL_SERVER_ERROR', 'Unexpected error.');
      this.#finish(id, operation, toErrorMessage(id, toRefusal(refusal)));
    } finally {
      leaveLoad();
      settle();
    }
  }

  /** Ends one without a word, as its client wants no more of it. */
  stop(id: string): void {
    this.#running.get(id)?.left.abort();
    this.#forget(id);
  }

  /** Ends streams without a word, and lets what has one answer send it. */
  endStreams(): void {
    this.#hasEnded = true;
    for (const [id, { isStream }] of this.#running) if (isStream) this.stop(id);
  }

  /** Ends all of them without a word. */
  stopAll(): void {
    for (const id of this.#running.keys()) this.stop(id);
  }

  /** Sends each result as soon as there is room for it: a client that reads slowly slows its subscriptions down. */
  async #sendAll(id: string, operation: Running, results: AsyncIterable<string>): Promise<void> {
    for await (const result of results) {
      if (!this.#isAt(id, operation)) return;
      await this.#parts.send(toNextMessage(id, result));
    }
    this.#finish(id, operation, toCompleteMessage(id));
  }

  /** Says the last word on an operation, unless it has been ended without one. */
  #finish(id: string, operation: Running, message: string): void {
    if (!this.#isAt(id, operation)) return;
    void this.#parts.send(message);
    this.#forget(id);
  }

  /** Its id may be that of another one by now. */
  #isAt(id: string, operation: Running): boolean {
    return this.#running.get(id) === operation;
  }

  #forget(id: string): void {
    if (this.#running.delete(id) && this.size === 0) this.#parts.onIdle();
  }
}

function tooMany(most: number): GatewayError {
  return new GatewayError(
    'OVERLOADED',
    `No more than ${most} operations may run at a time on one socket. Complete another one first.`,
  );
}

function toNextMessage(id: string, result: string): string {
  return `{"id":${JSON.stringify(id)},"type":"next","payload":${result}}`;
}

function toRefusal(error: GatewayError): SocketRefusal {
  return { errors: toErrors(error), headers: error.headers };
}

/** Messages have no headers, so when to try again is said in the errors. */
function toErrorMessage(id: string, { errors, headers: { 'retry-after': seconds } }: SocketRefusal): string {
  const retryAfterSeconds = seconds === undefined ? undefined : Number(seconds);
  const payload = errors.map((error) => ({ ...error, extensions: { ...error.extensions, retryAfterSeconds } }));
  return JSON.stringify({ id, type: 'error', payload });
}

function toCompleteMessage(id: string): string {
  return `{"id":${JSON.stringify(id)},"type":"complete"}`;
}
