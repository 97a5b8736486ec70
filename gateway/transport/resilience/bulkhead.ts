import { longestTimerMs, type Rate } from '../../config/units.ts';
import { GatewayError } from '../../errors.ts';
import { TokenBucket } from '../../lib/token-bucket.ts';
import type { Cancellation } from '../cancellation.ts';
import type { CallOutcome } from '../endpoints/endpoints.ts';
import { AdaptiveLimit } from './adaptive-limit.ts';

export interface BulkheadOptions {
  readonly subgraph: string;
  readonly maxConcurrency: number;
  readonly maxQueued: number;
  readonly adaptiveConcurrency: boolean;
  readonly rate?: Rate | undefined;
  readonly now: () => number;
  /** Told of each fetch that was not let wait. */
  readonly onRefused: () => void;
}

interface Waiter {
  readonly go: () => void;
  readonly giveUp: (reason: Error) => void;
}

/** Lets only so many fetches out to a subgraph at a time, and so many in a length of time; a few more wait their turn. */
export class Bulkhead {
  readonly #options: BulkheadOptions;
  readonly #adaptive: AdaptiveLimit | undefined;
  readonly #bucket: TokenBucket | undefined;
  /** In the order in which they came. */
  readonly #waiting = new Set<Waiter>();
  #inFlight = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BulkheadOptions) {
    const { maxConcurrency, adaptiveConcurrency, rate, now } = options;
    this.#options = options;
    this.#adaptive = adaptiveConcurrency ? new AdaptiveLimit(maxConcurrency) : undefined;
    this.#bucket = rate && new TokenBucket(rate, now());
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get queued(): number {
    return this.#waiting.size;
  }

  /** How many may be in flight now. */
  get limit(): number {
    return this.#adaptive?.limit ?? this.#options.maxConcurrency;
  }

  /** Whether a fetch may go out at once; then it is in flight, and exactly one `leave` follows. */
  enter(nowMs: number): boolean {
    return this.#waiting.size === 0 && this.#admit(nowMs);
  }

  /**
   * Resolves when it is a fetch's turn; then it is in flight, and exactly one `leave` follows.
   * @throws GatewayError SUBGRAPH_OVERLOADED when too many wait already, or the reason of the cancellation
   */
  wait(cancellation: Cancellation): Promise<void> {
    const { subgraph, maxQueued, now, onRefused } = this.#options;
    if (this.#waiting.size >= maxQueued) {
      onRefused();
      return Promise.reject(
        new GatewayError(
          'SUBGRAPH_OVERLOADED',
          `Too many requests wait for the subgraph "${subgraph}". Try again later.`,
        ),
      );
    }
    return new Promise((resolve, reject) => {
      const waiter = { go: resolve, giveUp: reject };
      this.#waiting.add(waiter);
      cancellation.onCancel((reason) => {
        this.#waiting.delete(waiter);
        if (this.#waiting.size === 0) this.#rest();
        reject(reason);
      });
      this.#letOut(now());
    });
  }

  /** A fetch has ended. */
  leave(nowMs: number, durationMs: number, outcome: CallOutcome): void {
    this.#inFlight -= 1;
    this.#adaptive?.note(durationMs, outcome, this.#inFlight);
    if (this.#waiting.size > 0) this.#letOut(nowMs);
  }

  /** Whether a request that repeats another may go out at once; then it counts. */
  admitRepeat(nowMs: number): boolean {
    return this.#bucket?.take(nowMs) ?? true;
  }

  /** Sends all away that wait: one in each turn of the event loop, as others are not to wait for what each of them still takes. */
  giveUp(reason: () => Error): void {
    const waiting = [...this.#waiting].reverse();
    this.#waiting.clear();
    this.#rest();
    const giveUpNext = () => {
      waiting.pop()?.giveUp(reason());
      if (waiting.length > 0) setImmediate(giveUpNext);
    };
    giveUpNext();
  }

  #admit(nowMs: number): boolean {
    if (this.#inFlight >= this.limit) return false;
    if (this.#bucket !== undefined && !this.#bucket.take(nowMs)) return false;
    this.#inFlight += 1;
    return true;
  }

  #letOut(nowMs: number): void {
    for (const waiter of this.#waiting) {
      if (!this.#admit(nowMs)) break;
      this.#waiting.delete(waiter);
      waiter.go();
    }
    if (this.#waiting.size > 0 && this.#inFlight < this.limit) this.#wakeUp(nowMs);
  }

  /** Only time can bring what those that wait lack. */
  #wakeUp(nowMs: number): void {
    if (this.#bucket === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#letOut(this.#options.now());
      },
      Math.min(longestTimerMs, Math.ceil(this.#bucket.pauseMs(nowMs))),
    );
  }

  /** Nobody waits: a timer of a rate that allows little would keep the process for hours. */
  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
