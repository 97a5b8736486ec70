import type { Rate } from '../../config/units.ts';
import { TokenBucket } from '../../lib/token-bucket.ts';

/** Refusals of one kind that have no lines of their own. */
export interface OmittedRefusals {
  readonly count: number;
  /** When the first and the last of them was, in milliseconds since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface RefusalCapOptions {
  readonly rate: Rate;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  /** Told once a second of those since the last time, if there are any. */
  readonly onOmitted: (omitted: OmittedRefusals) => void;
}

const summaryMs = 1_000;

/** Says which refusals of one kind have lines of their own in a log, so that who is refused all the time does not fill the disk. */
export class RefusalCap {
  readonly #options: RefusalCapOptions;
  readonly #bucket: TokenBucket;
  #omitted: OmittedRefusals | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RefusalCapOptions) {
    const { rate, now } = options;
    this.#options = options;
    this.#bucket = new TokenBucket(rate, now(), rate.amount);
  }

  /** Whether one more refusal has a line of its own; else it counts among those that are told of together. */
  take(): boolean {
    const nowMs = this.#options.now();
    if (this.#bucket.take(nowMs)) return true;
    const { count, fromMs } = this.#omitted ?? { count: 0, fromMs: nowMs };
    this.#omitted = { count: count + 1, fromMs, toMs: nowMs };
    this.#timer ??= setTimeout(() => this.flush(), summaryMs).unref();
    return false;
  }

  /** Tells now of those that are not told of yet. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const omitted = this.#omitted;
    this.#omitted = undefined;
    if (omitted !== undefined) this.#options.onOmitted(omitted);
  }
}
