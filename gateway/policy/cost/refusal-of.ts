import { GatewayError } from '../../errors.ts';
import { type Formula, isIncluded, type Variables } from './formula.ts';

/** What an operation is estimated to cost, and what is allowed. */
export interface Bill {
  readonly estimated: number;
  readonly limit: number;
  /** What is asked of each subgraph that has a limit. */
  readonly subgraphs: readonly SubgraphBill[];
}

interface SubgraphBill {
  readonly subgraph: string;
  readonly estimated: number;
  readonly limit: number;
}

/** Why an operation is not to be run, if it is not. */
export function refusalOf({ requirements }: Formula, variables: Variables, bill: Bill): GatewayError | undefined {
  for (const { inclusion, isMet, coordinate, names } of requirements) {
    if (!isIncluded(inclusion, variables) || isMet(variables)) continue;
    const wanted =
      names.length === 1 ? `the argument "${names[0]}"` : `exactly one of the arguments "${names.join('", "')}"`;
    return new GatewayError('BAD_USER_INPUT', `Field "${coordinate}" needs ${wanted}, which says how many to load.`);
  }
  const { estimated, limit, subgraphs } = bill;
  if (estimated > limit) return overLimit('The operation is', { estimated, limit });
  for (const share of subgraphs) {
    if (share.estimated <= share.limit) continue;
    return overLimit(`What the operation asks of the subgraph "${share.subgraph}" is`, share);
  }
  return undefined;
}

function overLimit(subject: string, cost: Pick<Bill, 'estimated' | 'limit'>): GatewayError {
  return new GatewayError(
    'COST_LIMIT_EXCEEDED',
    `${subject} estimated to cost ${cost.estimated}, and ${cost.limit} is allowed. Ask for fewer fields or shorter lists.`,
    { extensions: { cost } },
  );
}
