import type { Cancellation } from '../cancellation.ts';

/** Tells how many fetches wait for a call. */
type Waiting = Pick<Cancellation, 'fetches'>;

/** One call that has begun, among those that began before and after it. */
export class CallUnderWay {
  readonly startedMs: number;
  /** The list that it is in. */
  readonly list: CallsUnderWay;
  readonly #waiting: Waiting;
  /** For how many fetches it was slow when that was noticed; 0 before. */
  slowFetches = 0;
  older: CallUnderWay | undefined;
  younger: CallUnderWay | undefined;

  constructor(startedMs: number, list: CallsUnderWay, waiting: Waiting, older: CallUnderWay | undefined) {
    this.startedMs = startedMs;
    this.list = list;
    this.#waiting = waiting;
    this.older = older;
  }

  get fetches(): number {
    return Math.max(1, this.#waiting.fetches);
  }
}

/** Calls in the order in which they began, and how many fetches have to wait too long for them: each step costs the same however many there are. */
export class CallsUnderWay {
  readonly #slowMs: number;
  #oldest: CallUnderWay | undefined;
  #youngest: CallUnderWay | undefined;
  #slow = 0;

  constructor(slowMs: number) {
    this.#slowMs = slowMs;
  }

  /** When the oldest call began that is not known to be slow. */
  get oldestMs(): number | undefined {
    return this.#oldest?.startedMs;
  }

  begin(nowMs: number, waiting: Waiting): CallUnderWay {
    const call = new CallUnderWay(nowMs, this, waiting, this.#youngest);
    if (this.#youngest === undefined) this.#oldest = call;
    else this.#youngest.younger = call;
    this.#youngest = call;
    return call;
  }

  /** Forgets a call of this list. */
  end(call: CallUnderWay): void {
    if (call.slowFetches > 0) this.#slow -= call.slowFetches;
    else this.#unlink(call);
  }

  /** How many fetches have waited for longer than they should, and still do. */
  slowAt(nowMs: number): number {
    while (this.#oldest !== undefined && nowMs - this.#oldest.startedMs >= this.#slowMs) {
      const call = this.#oldest;
      this.#unlink(call);
      call.slowFetches = call.fetches;
      this.#slow += call.slowFetches;
    }
    return this.#slow;
  }

  #unlink(call: CallUnderWay): void {
    if (call.older === undefined) this.#oldest = call.younger;
    else call.older.younger = call.younger;
    if (call.younger === undefined) this.#youngest = call.older;
    else call.younger.older = call.older;
    // Else one that is old by now would have all that come after it grow old as well, one after the other, long after they have ended.
    call.older = undefined;
    call.younger = undefined;
  }
}
