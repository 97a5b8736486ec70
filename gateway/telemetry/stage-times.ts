/** The stages of a request; spans and timings are named after them. */
const stages = ['identify', 'readOperation', 'enforce', 'executePlan'] as const;

export type Stage = (typeof stages)[number];

/** Told of a stage that has ended, by `performance.now()`, and of what it failed with. */
type Tell = (stage: Stage, startMs: number, endMs: number, error: unknown) => void;

/** When the stages of one request began and ended: noted as numbers, which are looked at once, when all of it has ended. */
export class StageTimes {
  /** Of each its place in `stages`, its start and its end. */
  readonly #numbers: number[] = [];
  #errors: Map<number, unknown> | undefined;

  /** Adds one that has ended; `error` is `undefined` when it went well. */
  add(stage: Stage, startMs: number, endMs: number, error: unknown): void {
    if (error !== undefined) {
      this.#errors ??= new Map();
      this.#errors.set(this.#numbers.length, error);
    }
    this.#numbers.push(places[stage], startMs, endMs);
  }

  forEach(tell: Tell): void {
    const numbers = this.#numbers;
    for (let index = 0; index < numbers.length; index += 3) {
      const stage = stages[numbers[index] ?? 0];
      if (stage !== undefined) tell(stage, numbers[index + 1] ?? 0, numbers[index + 2] ?? 0, this.#errors?.get(index));
    }
  }
}

const places: Readonly<Record<Stage, number>> = { identify: 0, readOperation: 1, enforce: 2, executePlan: 3 };
