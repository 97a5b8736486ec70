import type { CountAnswer, CountAsk, KeyAnswer, KeyAsk } from './messages.ts';

type Ask = CountAsk | KeyAsk;
type Answer = CountAnswer | KeyAnswer;

export interface CountChannelOptions {
  readonly send: (asks: readonly Ask[]) => void;
  /** Told when the primary takes too long, and when it answers again. */
  readonly onStalled: (isStalled: boolean) => void;
}

/** A request that waits. */
interface Pending {
  readonly resolve: (answer: Answer | undefined) => void;
  readonly onLate: (answer: Answer) => void;
  readonly untilMs: number;
  /** Whether nobody waits any more. */
  isGivenUp: boolean;
}

/** How long a request waits for the primary, which answers in less than a millisecond unless it composes a large supergraph. */
const answerWithinMs = 1_000;

/**
 * Has the primary count, and keep keys. While it does not answer in time nothing more is asked, so that neither requests nor questions pile up: what it
 * was asked last it will answer first.
 */
export class CountChannel {
  readonly #options: CountChannelOptions;
  /** In the order of what was asked. */
  readonly #pending = new Map<number, Pending>();
  #queue: Ask[] = [];
  #lastId = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStalled = false;

  constructor(options: CountChannelOptions) {
    this.#options = options;
  }

  /**
   * Resolves with the answer, or with `undefined` when there is none in time: `onLate` is told it then, should it still come.
   * @param toAsk is given the number that the answer will have
   */
  ask(toAsk: (id: number) => Ask, onLate: (answer: Answer) => void): Promise<Answer | undefined> {
    if (this.#isStalled) return Promise.resolve(undefined);
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#pending.set(id, { resolve, onLate, untilMs: performance.now() + answerWithinMs, isGivenUp: false });
      this.#timer ??= setTimeout(() => this.#giveUp(), answerWithinMs).unref();
      this.tell(toAsk(id));
    });
  }

  /** Says something that needs no answer. All that is said in one turn of the event loop is one message. */
  tell(ask: Ask): void {
    if (this.#queue.length === 0) setImmediate(() => this.#options.send(this.#queue.splice(0)));
    this.#queue.push(ask);
  }

  /** What the primary answered. */
  receive(answers: readonly Answer[]): void {
    for (const answer of answers) {
      const pending = this.#pending.get(answer.id);
      this.#pending.delete(answer.id);
      if (pending?.isGivenUp) pending.onLate(answer);
      else pending?.resolve(answer);
    }
    this.#note(false);
  }

  #giveUp(): void {
    this.#timer = undefined;
    const nowMs = performance.now();
    for (const pending of this.#pending.values()) {
      if (pending.isGivenUp) continue;
      if (pending.untilMs > nowMs) {
        this.#timer = setTimeout(() => this.#giveUp(), pending.untilMs - nowMs).unref();
        return;
      }
      pending.isGivenUp = true;
      this.#note(true);
      pending.resolve(undefined);
    }
  }

  #note(isStalled: boolean): void {
    if (isStalled === this.#isStalled) return;
    this.#isStalled = isStalled;
    this.#options.onStalled(isStalled);
  }
}
