import type { Identity } from '../../identity/identity.ts';
import type { Operation } from '../../operation/operation.ts';
import type { Cost } from './cost.ts';
import { explainCost, type FieldShare } from './explain-cost.ts';
import type { Variables } from './formula.ts';
import { refusalOf } from './refusal-of.ts';

/** What an operation costs, for people. */
export interface DescribedBill {
  readonly kind: Operation['kind'];
  /** Of the operation as such: what a mutation costs before any of its fields. */
  readonly base: number;
  readonly estimated: number;
  readonly limit: number;
  /** Why it would be refused, if it would. */
  readonly refusal: string | undefined;
  readonly fields: readonly FieldShare[];
  readonly subgraphs: readonly SubgraphShare[];
}

/** What one subgraph may be asked for. */
interface SubgraphShare {
  readonly subgraph: string;
  readonly estimated: number;
  /** `undefined` when it has none of its own. */
  readonly limit: number | undefined;
}

export interface BillFor {
  readonly operation: Operation;
  /** Coerced. */
  readonly variables: Variables;
  readonly identity: Pick<Identity, 'tier'>;
  /** Names of all that there are. */
  readonly subgraphs: readonly string[];
}

/** Tells what an operation is estimated to cost, by field and by subgraph. */
export function describeBill(cost: Cost, { operation, variables, identity, subgraphs }: BillFor): DescribedBill {
  const formula = cost.formulaOf(operation);
  const bill = cost.billOf(operation, variables, identity);
  const limits = new Map(bill.subgraphs.map(({ subgraph, limit }) => [subgraph, limit]));
  return {
    kind: operation.kind,
    base: formula.base,
    estimated: bill.estimated,
    limit: bill.limit,
    refusal: refusalOf(formula, variables, bill)?.message,
    fields: explainCost(formula, variables),
    subgraphs: subgraphs.map((subgraph) => ({
      subgraph,
      estimated: cost.estimateFor(subgraph, operation, variables),
      limit: limits.get(subgraph),
    })),
  };
}
