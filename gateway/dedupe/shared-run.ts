import type { AddObjects, CacheFacts } from '../cache/cache-facts.ts';
import { GatewayError } from '../errors.ts';
import type { Answer } from '../execute/engine.ts';
import { hasLost } from '../execute/is-loss.ts';
import { StopSignal } from '../lib/stop-signal.ts';
import type { OperationRun, RunOperation } from '../run-operation.ts';
import { shareAnswer } from './shared-answers.ts';

type SubgraphHeaders = Parameters<NonNullable<OperationRun['client']['onSubgraphHeaders']>>;

/** A client that waits for an answer. */
type Waiting = Pick<OperationRun, 'client' | 'left'>;

/** One run of an operation for all clients that wait for it, in the time that the first of them has. It ends early when all have left. */
export class SharedRun {
  readonly startedMs: number;
  readonly #left = new StopSignal();
  readonly #brought: SubgraphHeaders[] = [];
  readonly #fetched: CacheFacts[] = [];
  readonly #objects: AddObjects[] = [];
  readonly #answer: Promise<Answer>;
  readonly #onEnd: () => void;
  #waiting = 0;
  #isShared = false;

  /** `onEnd` is called when no further client may join, before any of those that wait has the answer. */
  constructor(run: RunOperation, first: OperationRun, startedMs: number, onEnd: () => void) {
    this.startedMs = startedMs;
    this.#onEnd = onEnd;
    const client = {
      ...first.client,
      onSubgraphHeaders: (...brought: SubgraphHeaders) => void this.#brought.push(brought),
      onFetched: first.client.onFetched && ((facts: CacheFacts) => void this.#fetched.push(facts)),
      onObjects: first.client.onObjects && ((add: AddObjects) => void this.#objects.push(add)),
    };
    this.#answer = this.#run(run, { ...first, client, left: this.#left });
  }

  /**
   * The answer, as if it were of this client alone. Others get the very same, so nobody may change it.
   * @throws GatewayError REQUEST_TIMEOUT when the client leaves and others still wait
   */
  async wait({ client, left }: Waiting): Promise<Answer> {
    const answer = await this.#arrive(left);
    this.#tell(client);
    return answer;
  }

  /**
   * As `wait`; but where the run failed, or lost a part of its answer, and `mayAskAgain` allows it then, it gives `undefined` and the
   * client is told nothing.
   */
  async waitForGood({ client, left }: Waiting, mayAskAgain: () => boolean): Promise<Answer | undefined> {
    let answer: Answer;
    try {
      answer = await this.#arrive(left);
    } catch (error) {
      if (left?.aborted === true || !mayAskAgain()) throw error;
      return undefined;
    }
    if (hasLost(answer) && mayAskAgain()) return undefined;
    this.#tell(client);
    return answer;
  }

  async #arrive(left: AbortSignal | undefined): Promise<Answer> {
    this.#isShared ||= this.#waiting > 0;
    this.#waiting += 1;
    return left === undefined ? await this.#answer : await this.#waitUntil(left);
  }

  #tell(client: OperationRun['client']): void {
    for (const [subgraph, headers] of this.#brought) client.onSubgraphHeaders?.(subgraph, headers);
    for (const facts of this.#fetched) client.onFetched?.(facts);
    for (const add of this.#objects) client.onObjects?.(add);
  }

  async #run(run: RunOperation, request: OperationRun): Promise<Answer> {
    try {
      const answer = await run(request);
      if (this.#isShared && !(Symbol.asyncIterator in answer)) shareAnswer(answer);
      return answer;
    } finally {
      this.#onEnd();
    }
  }

  #waitUntil(left: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting -= 1;
        if (this.#waiting > 0) {
          reject(new GatewayError('REQUEST_TIMEOUT', 'The client left before the answer was there.'));
          return;
        }
        this.#onEnd();
        // Which ends the run soon, and whoever waits for it here.
        this.#left.abort(left.reason);
      };
      const settle = (finish: () => void) => {
        left.removeEventListener('abort', leave);
        finish();
      };
      if (left.aborted) leave();
      else left.addEventListener('abort', leave, { once: true });
      this.#answer.then(
        (answer) => settle(() => resolve(answer)),
        (error) => settle(() => reject(error)),
      );
    });
  }
}
