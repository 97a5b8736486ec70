import type { BreakerConfig } from '../../config/resilience.ts';
import type { Cancellation } from '../cancellation.ts';
import type { CallOutcome } from '../endpoints/endpoints.ts';
import { CallWindow } from './call-window.ts';
import { CallsUnderWay, type CallUnderWay } from './calls-under-way.ts';
import { Silence } from './silence.ts';

/** `open`: nothing is asked. `half-open`: a few calls are let through to see. */
export type BreakerState = 'closed' | 'open' | 'half-open';

export interface BreakerOptions extends BreakerConfig {
  readonly now: () => number;
  readonly random: () => number;
  readonly onChange: (state: BreakerState, why: OpeningCause | undefined) => void;
}

/** Why a breaker opens. */
export type OpeningCause = 'failures' | 'silence';

/** The part of its time that a breaker is open at least; the rest is chance, so that gateways do not all probe at once. */
const openLeast = 0.8;

/** Says when something that fails too often, or is too slow too often, is not asked for a while. */
export class Breaker {
  readonly #options: BreakerOptions;
  readonly #window: CallWindow;
  /** `undefined` when it is not looked for. */
  readonly #silence: Silence | undefined;
  #calls: CallsUnderWay;
  #state: BreakerState = 'closed';
  /** While closed: the bad calls since the last good one, and when that ended. */
  #badInRow = 0;
  #goodAtMs: number;
  /** How often it has opened since it was closed. */
  #openings = 0;
  /** While open, or half-open without a probe left: until when nothing is let through. */
  #shutUntilMs = 0;
  /** While half-open: probes that may still begin, and those that went well. */
  #probesLeft = 0;
  #probesGood = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#window = new CallWindow(options.window);
    this.#calls = new CallsUnderWay(options.slow);
    this.#goodAtMs = options.now();
    const oldestMs = () => this.#calls.oldestMs;
    const onSilence = () => this.#open(options.now(), 'silence');
    if (options.silent > 0) this.#silence = new Silence({ ...options, oldestMs, onSilence });
  }

  get #mostMs(): number {
    return Math.max(this.#options.openFor, this.#options.maxOpenFor);
  }

  /** The state, calls that are stuck taken into account. */
  stateAt(nowMs: number): BreakerState {
    if (this.#state !== 'open' && this.#calls.slowAt(nowMs) > 0) this.#judge(nowMs);
    return this.#state;
  }

  /** Whether a call would not be let through. */
  isShutAt(nowMs: number): boolean {
    const state = this.stateAt(nowMs);
    return state !== 'closed' && this.#probesLeft === 0 && nowMs < this.#shutUntilMs;
  }

  /** A call wants to be let through, or will want to once it is its turn. */
  asked(): void {
    if (this.#state === 'closed') this.#silence?.asked();
  }

  /** A call that wanted to be let through is not wanted any longer. */
  left(): void {
    if (this.#state === 'closed') this.#silence?.left();
  }

  /** Lets a call through, or not: then it gives `undefined`. Exactly one `ended` follows. */
  begin(nowMs: number, cancellation: Cancellation): CallUnderWay | undefined {
    if (this.isShutAt(nowMs)) return undefined;
    if (this.#state !== 'closed') {
      if (this.#probesLeft === 0) this.#probe(nowMs);
      this.#probesLeft -= 1;
      cancellation.isProbe = true;
    }
    this.asked();
    if (this.#timer === undefined) this.#watch(this.#options.slow);
    return this.#calls.begin(nowMs, cancellation);
  }

  /** Takes in how a call ended; one that was cancelled says nothing, unless it had taken too long by then. */
  ended(call: CallUnderWay, outcome: CallOutcome, nowMs: number): void {
    call.list.end(call);
    // What began in an earlier state has no say in this one.
    if (call.list !== this.#calls) return;
    const tookMs = nowMs - call.startedMs;
    if (outcome === 'answered') this.#silence?.answered(tookMs, nowMs);
    else if (outcome === 'cancelled') this.left();
    const isSlow = tookMs >= this.#options.slow;
    const isBad = outcome === 'failed' || isSlow;
    if (this.#state === 'half-open') this.#endProbe(isBad, outcome, nowMs);
    else if (isBad || outcome === 'answered') {
      // Who waited long was hurt, also when they all waited for one call; what fails at once is soon asked again.
      this.#count(isSlow ? call.fetches : 1, isBad, nowMs);
    }
  }

  #count(fetches: number, isBad: boolean, nowMs: number): void {
    this.#window.add(fetches, isBad, nowMs);
    if (isBad) {
      this.#badInRow += fetches;
      this.#judge(nowMs);
    } else {
      this.#badInRow = 0;
      this.#goodAtMs = nowMs;
    }
  }

  /** Looks after calls that are stuck: when all are, there may be no other that could notice. */
  #watch(forMs: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const nowMs = this.#options.now();
      this.stateAt(nowMs);
      const { oldestMs } = this.#calls;
      if (oldestMs !== undefined) this.#watch(oldestMs + this.#options.slow - nowMs);
    }, forMs).unref();
  }

  #judge(nowMs: number): void {
    const slow = this.#calls.slowAt(nowMs);
    if (this.#state === 'half-open') {
      if (slow > 0) this.#open(nowMs, 'failures');
      return;
    }
    const { minimum, failures, slow: slowMs } = this.#options;
    const total = this.#window.totalAt(nowMs) + slow;
    if (total < minimum) return;
    const bad = this.#window.badAt(nowMs) + slow;
    // What began after the last good call, or while it ended, is in a row with those that failed since.
    const inRow = this.#badInRow + (nowMs - this.#goodAtMs >= slowMs ? slow : 0);
    if (bad >= failures * total || inRow >= minimum) this.#open(nowMs, 'failures');
  }

  #endProbe(isBad: boolean, outcome: CallOutcome, nowMs: number): void {
    if (isBad) this.#open(nowMs, 'failures');
    else if (outcome === 'cancelled') this.#probesLeft += 1;
    else {
      this.#probesGood += 1;
      if (this.#probesGood >= this.#options.probes) this.#change('closed');
    }
  }

  #open(nowMs: number, why: OpeningCause): void {
    this.#shut(nowMs, Math.min(this.#options.openFor * 2 ** this.#openings, this.#mostMs));
    this.#openings += 1;
    this.#probesLeft = 0;
    this.#change('open', why);
  }

  /** Lets probes through; and others when those are not answered for as long as it is ever open: they may be lost. */
  #probe(nowMs: number): void {
    this.#probesLeft = this.#options.probes;
    this.#shut(nowMs, this.#mostMs);
    if (this.#state === 'half-open') return;
    this.#probesGood = 0;
    this.#change('half-open');
  }

  #shut(nowMs: number, forMs: number): void {
    this.#shutUntilMs = nowMs + forMs * (openLeast + (1 - openLeast) * this.#options.random());
  }

  #change(state: BreakerState, why?: OpeningCause): void {
    this.#state = state;
    if (state === 'closed') this.#openings = 0;
    this.#badInRow = 0;
    this.#goodAtMs = this.#options.now();
    this.#calls = new CallsUnderWay(this.#options.slow);
    this.#window.clear();
    this.#silence?.forget();
    this.#options.onChange(state, why);
  }
}
