import type { Alternative } from './formula.ts';
import type { Scope } from './scope.ts';
import type { Weights } from './weights.ts';

/** Sorts the types of scopes by what is selected of them; the same question is answered once. */
export class Alternatives {
  readonly #weights: Weights;
  readonly #known = new Map<string, readonly Alternative[]>();

  constructor(weights: Weights) {
    this.#weights = weights;
  }

  /** One alternative for all types of a scope that weigh the same and are in the same of the narrower scopes. */
  of(scope: Scope, narrower: readonly Scope[]): readonly Alternative[] {
    const key = `${scope.id}:${narrower.map(({ id }) => id)}`;
    let alternatives = this.#known.get(key);
    if (alternatives === undefined) {
      alternatives = this.#sort(scope, narrower);
      this.#known.set(key, alternatives);
    }
    return alternatives;
  }

  #sort(scope: Scope, narrower: readonly Scope[]): readonly Alternative[] {
    const sorted = new Map<string, Alternative & { readonly types: Set<string> }>();
    for (const type of scope.types) {
      const weight = this.#weights.ofType(type);
      const groups = [...narrower.keys()].filter((index) => narrower[index]?.has(type));
      const key = `${weight}:${groups}`;
      let alternative = sorted.get(key);
      if (alternative === undefined) {
        alternative = { types: new Set(), weight, groups };
        sorted.set(key, alternative);
      }
      alternative.types.add(type.name);
    }
    return [...sorted.values()];
  }
}
