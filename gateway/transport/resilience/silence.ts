import type { BreakerConfig } from '../../config/resilience.ts';

export interface SilenceOptions extends Pick<BreakerConfig, 'silent' | 'minimum' | 'window'> {
  readonly now: () => number;
  /** When the oldest of the calls began that are under way. */
  readonly oldestMs: () => number | undefined;
  readonly onSilence: () => void;
}

/** So many looks in a row must find nothing answered, so that a process that was late itself takes no backend for silent. */
const looks = 4;
/** A backend may take so many times as long as it ever did of late. */
const patience = 4;

/**
 * Notices a backend that stops answering altogether, though calls go to it all the time: long before each of them has taken too long, and
 * before many wait. A burst of calls that all take long is no silence, nor is what a backend does that was slow before.
 */
export class Silence {
  readonly #options: SilenceOptions;
  readonly #slowest: SlowestOfLate;
  readonly #lookMs: number;
  #timer: NodeJS.Timeout | undefined;
  /** Since the last look. */
  #asked = 0;
  #answered = 0;
  /** Looks in a row that found calls and no answer, and the calls that they found and that still wait. */
  #silentLooks = 0;
  #unanswered = 0;

  constructor(options: SilenceOptions) {
    this.#options = options;
    this.#slowest = new SlowestOfLate(options.window, options.now());
    this.#lookMs = options.silent / looks;
  }

  /** A call goes to the backend, or waits for its turn. */
  asked(): void {
    this.#asked += 1;
    this.#timer ??= setTimeout(() => this.#look(), this.#lookMs).unref();
  }

  /** One that asked waits no longer: what it would have been answered nobody knows. */
  left(): void {
    if (this.#unanswered > 0) this.#unanswered -= 1;
    else if (this.#asked > 0) this.#asked -= 1;
  }

  answered(tookMs: number, nowMs: number): void {
    this.#answered += 1;
    this.#slowest.add(tookMs, nowMs);
  }

  /** Begins anew; how long answers took is remembered. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#asked = 0;
    this.#answered = 0;
    this.#silentLooks = 0;
    this.#unanswered = 0;
  }

  #look(): void {
    const nowMs = this.#options.now();
    if (this.#asked === 0) {
      this.forget();
      return;
    }
    const waitedMs = nowMs - (this.#options.oldestMs() ?? nowMs);
    const isSilent = this.#answered === 0 && waitedMs >= this.#lookMs;
    this.#silentLooks = isSilent ? this.#silentLooks + 1 : 0;
    this.#unanswered = isSilent ? this.#unanswered + this.#asked : 0;
    this.#asked = 0;
    this.#answered = 0;
    this.#timer?.refresh();
    if (isSilent && this.#isLong(waitedMs, nowMs)) this.#options.onSilence();
  }

  #isLong(waitedMs: number, nowMs: number): boolean {
    const { silent, minimum } = this.#options;
    if (this.#unanswered < minimum || this.#slowest.countAt(nowMs) < minimum) return false;
    const longMs = Math.max(silent, patience * this.#slowest.msAt(nowMs));
    // Where all leave early, it is they who are in a hurry.
    return this.#silentLooks * this.#lookMs >= longMs && waitedMs >= longMs;
  }
}

/** The slowest answer of the last window, and of the one before for as long as that is younger than two. */
class SlowestOfLate {
  readonly #windowMs: number;
  #startedMs: number;
  #latest = { count: 0, ms: 0 };
  #former = { count: 0, ms: 0 };

  constructor(windowMs: number, nowMs: number) {
    this.#windowMs = windowMs;
    this.#startedMs = nowMs;
  }

  add(tookMs: number, nowMs: number): void {
    this.#move(nowMs);
    this.#latest.count += 1;
    if (tookMs > this.#latest.ms) this.#latest.ms = tookMs;
  }

  countAt(nowMs: number): number {
    this.#move(nowMs);
    return this.#latest.count + this.#former.count;
  }

  msAt(nowMs: number): number {
    this.#move(nowMs);
    return Math.max(this.#latest.ms, this.#former.ms);
  }

  #move(nowMs: number): void {
    const windows = Math.floor((nowMs - this.#startedMs) / this.#windowMs);
    if (windows === 0) return;
    this.#startedMs += windows * this.#windowMs;
    this.#former = windows === 1 ? this.#latest : { count: 0, ms: 0 };
    this.#latest = { count: 0, ms: 0 };
  }
}
