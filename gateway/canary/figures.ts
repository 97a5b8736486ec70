import { durationBucketOf } from '../../schema/feed/duration-bucket.ts';
import type { Measured } from '../../schema/feed/judge-figures.ts';

/** Counts calls. */
export class Figures {
  #count = 0;
  #errors = 0;
  readonly #durations = new Map<string, number>();

  get count(): number {
    return this.#count;
  }

  /** How long failures take says nothing of how fast answers are. */
  note(isGood: boolean, durationMs: number): void {
    this.#count += 1;
    if (isGood) this.#addDurations(String(durationBucketOf(durationMs)), 1);
    else this.#errors += 1;
  }

  add({ count, errors, durations }: Measured): void {
    this.#count += count;
    this.#errors += errors;
    for (const [bucket, found] of Object.entries(durations)) this.#addDurations(bucket, found);
  }

  read(): Measured {
    return { count: this.#count, errors: this.#errors, durations: Object.fromEntries(this.#durations) };
  }

  clear(): void {
    this.#count = 0;
    this.#errors = 0;
    this.#durations.clear();
  }

  #addDurations(bucket: string, count: number): void {
    this.#durations.set(bucket, (this.#durations.get(bucket) ?? 0) + count);
  }
}

/** All of several measurements together. */
export function sumOf(measured: Iterable<Measured>): Measured {
  const sum = new Figures();
  for (const one of measured) sum.add(one);
  return sum.read();
}
