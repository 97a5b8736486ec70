import { type Usual, usualOf } from './robust.ts';

const hourMs = 3_600_000;
const hoursOfWeek = 168;
/** The weeks that what is usual is worked out from. */
const weeks = 6;
/** With fewer, nothing is said to be usual. */
const samplesLeast = 3;

/**
 * What is usual in each hour of the week: the median over the last six weeks, and the median absolute deviation from it. As long as an
 * hour was seen in fewer than three weeks, the same hour of the last seven days takes its place. 4 KB.
 */
export class Baseline {
  /** The mean of a step in an hour, by hour of the week and by week; NaN for none. */
  readonly #samples: Float32Array;
  #hour = -1;
  #sum = 0;
  #steps = 0;

  constructor(samples = new Float32Array(hoursOfWeek * weeks).fill(Number.NaN)) {
    this.#samples = samples;
  }

  /** Takes what was counted in a step; steps come in order. */
  add(atMs: number, count: number): void {
    const hour = Math.floor(atMs / hourMs);
    if (hour !== this.#hour) {
      this.#keep();
      this.#hour = hour;
    }
    this.#sum += count;
    this.#steps += 1;
  }

  /** What is usual of a step then; `undefined` where too little was seen. */
  usualAt(atMs: number): Usual | undefined {
    const usual = this.#usualOf(Math.floor(atMs / hourMs));
    return usual && { median: this.expectedAt(atMs) ?? usual.median, spread: usual.spread };
  }

  #usualOf(hour: number): Usual | undefined {
    const own = this.#samplesOf(hour);
    if (own.length >= samplesLeast) return usualOf(own);
    const days = Array.from({ length: 7 }, (_, day) => this.#latestOf(hour - 24 * (day + 1))).flat();
    return days.length >= samplesLeast ? usualOf(days) : undefined;
  }

  /** What is expected of a step then: between the middles of two hours, something between. */
  expectedAt(atMs: number): number | undefined {
    const before = atMs - hourMs / 2;
    const share = (before / hourMs) % 1;
    const first = Math.floor(before / hourMs);
    const [one, other] = [this.#usualOf(first)?.median, this.#usualOf(first + 1)?.median];
    return one === undefined || other === undefined ? (one ?? other) : one + (other - one) * share;
  }

  /** To be kept over a restart; the hour that is not over is not in it. */
  toText(): string {
    return Buffer.from(this.#samples.buffer, this.#samples.byteOffset, this.#samples.byteLength).toString('base64');
  }

  /** From what `toText` gave; `undefined` for anything else. */
  static parse(text: string): Baseline | undefined {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.length !== hoursOfWeek * weeks * 4) return undefined;
    const samples = new Float32Array(hoursOfWeek * weeks);
    for (let index = 0; index < samples.length; index += 1) samples[index] = bytes.readFloatLE(index * 4);
    return new Baseline(samples);
  }

  #keep(): void {
    if (this.#steps > 0) this.#samples[placeOf(this.#hour)] = this.#sum / this.#steps;
    this.#sum = 0;
    this.#steps = 0;
  }

  #samplesOf(hour: number): readonly number[] {
    const first = (hour % hoursOfWeek) * weeks;
    return Array.from(this.#samples.subarray(first, first + weeks)).filter((sample) => !Number.isNaN(sample));
  }

  #latestOf(hour: number): readonly number[] {
    const sample = this.#samples[placeOf(hour)] ?? Number.NaN;
    return Number.isNaN(sample) ? [] : [sample];
  }
}

/** Where the sample of an hour is; that of six weeks before is in the same place. */
function placeOf(hour: number): number {
  return (hour % hoursOfWeek) * weeks + (Math.floor(hour / hoursOfWeek) % weeks);
}
