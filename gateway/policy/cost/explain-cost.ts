import { fieldsOf } from './count-actual-cost.ts';
import { Estimate } from './estimate-cost.ts';
import { amountOf, bounded, type Formula, isIncluded, type SelectionsCost, type Variables } from './formula.ts';

/** What one field adds to the estimate. */
export interface FieldShare {
  /** Fields around it. */
  readonly depth: number;
  readonly responseName: string;
  readonly coordinate: string;
  /** All of it: of every object that it is taken to be on, with everything below. */
  readonly cost: number;
  /** How many values it is taken to have on one object. */
  readonly size: number;
  /** What one value costs with everything below. */
  readonly each: number;
  readonly arguments: number;
}

/** Divides an estimate by fields, in the order of the document, with fragments written out; of abstract types the dearest is shown. */
export function explainCost(formula: Formula, variables: Variables): readonly FieldShare[] {
  const estimate = new Estimate(variables, formula.count);
  const shares: FieldShare[] = [];
  const visit = (selections: SelectionsCost, depth: number, times: number) => {
    const { alternative } = estimate.dearestOf(selections);
    for (const field of fieldsOf(selections, alternative)) {
      if (!isIncluded(field.inclusion, variables)) continue;
      const { responseName, coordinate, inner } = field;
      const size = amountOf(field.size, variables);
      const each = typeof inner === 'number' ? inner : estimate.ofSelections(inner);
      const cost = bounded(times * estimate.ofField(field));
      shares.push({
        depth,
        responseName,
        coordinate,
        cost,
        size,
        each,
        arguments: amountOf(field.arguments, variables),
      });
      if (typeof inner !== 'number') visit(inner, depth + 1, bounded(times * size));
    }
  };
  visit(formula.root, 0, 1);
  return shares;
}
