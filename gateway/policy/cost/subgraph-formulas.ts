import type { CostModel } from './compile-formula.ts';
import { createFormulas, type FormulaOf } from './create-formulas.ts';
import { type IsOwner, readFieldOwners } from './field-owners.ts';

/**
 * What operations cost each subgraph: the fields that it may be asked for. A field that several may answer counts for each of them, so
 * that no limit depends on which one a plan happens to choose.
 */
export class SubgraphFormulas {
  readonly #model: CostModel;
  readonly #sdl: string;
  readonly #formulas = new Map<string, FormulaOf>();
  #isOwner: IsOwner | undefined;

  /** `sdl` is the supergraph's; it is read when the first subgraph is asked for. */
  constructor(model: CostModel, sdl: string) {
    this.#model = model;
    this.#sdl = sdl;
  }

  /** The formulas for one subgraph. */
  of(subgraph: string): FormulaOf {
    let formulaOf = this.#formulas.get(subgraph);
    if (formulaOf === undefined) {
      this.#isOwner ??= readFieldOwners(this.#sdl);
      const isOwner = this.#isOwner;
      formulaOf = createFormulas(this.#model, (types, field) =>
        types.some(({ name }) => isOwner(subgraph, name, field)),
      );
      this.#formulas.set(subgraph, formulaOf);
    }
    return formulaOf;
  }
}
