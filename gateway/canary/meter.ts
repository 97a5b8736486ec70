import { type Measured, nothingMeasured } from '../../schema/feed/judge-figures.ts';
import { Figures, sumOf } from './figures.ts';

/** Which of two groups. */
export type Side = 'canary' | 'baseline';

/** What was measured of two groups in the same time. */
export type Sides = Readonly<Record<Side, Measured>>;

/** What one gateway has measured in the step that a canary is at. */
export interface Measurement {
  /** Of late: what went well for hours must not hide what goes wrong now. */
  readonly recent: Sides;
  /** Since the step began. */
  readonly whole: Sides;
  /** Of the baseline before the step, for one in which that gets no calls. */
  readonly before: Measured;
}

const slots = 10;
const slotMs = 30_000;

type Pair = Readonly<Record<Side, Figures>>;

/** Measures a canary and its baseline, step by step. */
export class Meter {
  /** Fewer calls of the baseline are not worth remembering. */
  readonly #minimum: number;
  readonly #ring: readonly Pair[] = Array.from({ length: slots }, createPair);
  readonly #whole = createPair();
  /** Which time each place of the ring holds. */
  readonly #times = new Array<number>(slots).fill(-1);
  #step = '';
  #before = nothingMeasured;

  constructor(minimum: number) {
    this.#minimum = minimum;
  }

  /** Counts for this step from now on, and anew when it is another one; it is empty while nothing is tried. */
  begin(step: string, nowMs: number): void {
    if (step === this.#step) return;
    // What was measured long before is no measure for a canary that begins now.
    const baseline = this.#step === '' ? this.#recent('baseline', nowMs) : this.#whole.baseline.read();
    if (baseline.count >= this.#minimum) this.#before = baseline;
    this.#step = step;
    for (const pair of [this.#whole, ...this.#ring]) clear(pair);
  }

  add(side: Side, measured: Measured, nowMs: number): void {
    const time = Math.floor(nowMs / slotMs);
    const place = time % slots;
    const pair = this.#ring[place];
    if (pair !== undefined && this.#times[place] !== time) {
      this.#times[place] = time;
      clear(pair);
    }
    pair?.[side].add(measured);
    if (this.#step !== '') this.#whole[side].add(measured);
  }

  read(nowMs: number): Measurement {
    const both = (of: (side: Side) => Measured): Sides => ({ canary: of('canary'), baseline: of('baseline') });
    return {
      recent: both((side) => this.#recent(side, nowMs)),
      whole: both((side) => this.#whole[side].read()),
      before: this.#before,
    };
  }

  #recent(side: Side, nowMs: number): Measured {
    const oldest = Math.floor(nowMs / slotMs) - slots;
    return sumOf(this.#ring.filter((_, place) => (this.#times[place] ?? -1) > oldest).map((pair) => pair[side].read()));
  }
}

function createPair(): Pair {
  return { canary: new Figures(), baseline: new Figures() };
}

function clear({ canary, baseline }: Pair): void {
  canary.clear();
  baseline.clear();
}
