/** Numbers that look random and are the same on every machine: demo data must not change between two runs. */
export interface Random {
  /** A whole number from `least` to `most`, both included. */
  readonly integer: (least: number, most: number) => number;
  /** @throws RangeError when there is nothing to pick from. */
  readonly pick: <T>(from: readonly T[]) => T;
}

/** A linear congruential generator; equal seeds give equal sequences. */
export function createRandom(seed: number): Random {
  let state = seed;
  const integer = (least: number, most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return least + Math.floor((state / 2 ** 32) * (most - least + 1));
  };
  const pick = <T>(from: readonly T[]) => {
    const picked = from[integer(0, from.length - 1)];
    if (picked === undefined) throw new RangeError('There is nothing to pick from.');
    return picked;
  };
  return { integer, pick };
}
