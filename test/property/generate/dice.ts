import type { Random } from 'fast-check';

/** Chance, in the words of a generator. */
export class Dice {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Both ends included. */
  int(min: number, max: number): number {
    return max <= min ? min : this.#random.nextInt(min, max);
  }

  chance(percent: number): boolean {
    return this.int(0, 99) < percent;
  }

  /** @throws Error when there is nothing to pick from. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.int(0, items.length - 1)];
    if (item === undefined) throw new Error('There is nothing to pick from.');
    return item;
  }

  /** Some of them, in their order. */
  some<T>(items: readonly T[], min: number, max: number = items.length): T[] {
    const count = this.int(Math.min(min, items.length), Math.min(max, items.length));
    return this.shuffle(items.map((_, index) => index))
      .slice(0, count)
      .sort((a, b) => a - b)
      .map((index) => items[index] as T);
  }

  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let index = shuffled.length - 1; index > 0; index--) {
      const other = this.int(0, index);
      [shuffled[index], shuffled[other]] = [shuffled[other] as T, shuffled[index] as T];
    }
    return shuffled;
  }
}
