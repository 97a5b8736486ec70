import fc, { type Random } from 'fast-check';
import type { Case } from './case.ts';
import { composeCase } from './compose-case.ts';
import { Dice } from './generate/dice.ts';
import { generateOperation } from './generate/generate-operation.ts';
import { generateSupergraph } from './generate/generate-supergraph.ts';
import { smallerCases } from './shrink/smaller-cases.ts';

export interface CaseArbitraryOptions {
  /** Operations on each supergraph. */
  readonly operations: number;
  /** Told whether subgraphs that were made compose. */
  readonly onSupergraph?: ((messages: readonly string[] | undefined) => void) | undefined;
}

/** Makes cases whose subgraphs compose and whose operations are valid. */
export class CaseArbitrary extends fc.Arbitrary<Case> {
  readonly #options: CaseArbitraryOptions;

  constructor(options: CaseArbitraryOptions) {
    super();
    this.#options = options;
  }

  override generate(random: Random): fc.Value<Case> {
    const dice = new Dice(random);
    for (;;) {
      const subgraphs = generateSupergraph(dice);
      const composition = composeCase(subgraphs);
      this.#options.onSupergraph?.(composition.kind === 'refused' ? composition.messages : undefined);
      if (composition.kind === 'refused') continue;
      const operations = Array.from({ length: this.#options.operations }, () => {
        const operation = generateOperation(dice, composition.publicSchema);
        if (!dice.chance(15)) return operation;
        const names = [dice.pick(subgraphs).name];
        return dice.chance(60) ? { ...operation, down: names } : { ...operation, broken: names };
      });
      const data = {
        seed: dice.int(0, 1_000_000),
        nulls: dice.pick([0, 10, 30]),
        errors: dice.pick([0, 0, 0, 5]),
        dangling: dice.pick([0, 0, 0, 25]),
      };
      return new fc.Value({ subgraphs, data, operations }, undefined);
    }
  }

  override canShrinkWithoutContext(value: unknown): value is Case {
    return typeof value === 'object';
  }

  override shrink(value: Case): fc.Stream<fc.Value<Case>> {
    return fc.stream(smallerCases(value)).map((smaller) => new fc.Value(smaller, undefined));
  }
}
