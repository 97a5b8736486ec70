import type { Operation } from '../../operation/operation.ts';
import { type CostModel, compileFormula, type IsCounted } from './compile-formula.ts';
import type { Formula } from './formula.ts';

/** Gives what an operation costs, up to its variables. */
export type FormulaOf = (operation: Operation) => Formula;

/** Works out formulas, each once for each operation; of the fields that count, where not all do. */
export function createFormulas(model: CostModel, isCounted?: IsCounted): FormulaOf {
  const formulas = new WeakMap<Operation, Formula>();
  return (operation) => {
    let formula = formulas.get(operation);
    if (formula === undefined) {
      formula = compileFormula(model, operation, isCounted);
      formulas.set(operation, formula);
    }
    return formula;
  };
}
