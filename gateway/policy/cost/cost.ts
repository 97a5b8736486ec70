import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { Supergraph } from '../../../schema/supergraph/supergraph.ts';
import type { CostConfig } from '../../config/cost.ts';
import { GatewayError } from '../../errors.ts';
import type { Identity } from '../../identity/identity.ts';
import type { Operation } from '../../operation/operation.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Policy, PolicyRequest, Verdict } from '../policy.ts';
import { type CostModel, compileFormula } from './compile-formula.ts';
import { readCostDirectives } from './cost-directives.ts';
import { countActualCost } from './count-actual-cost.ts';
import { estimateCost } from './estimate-cost.ts';
import { type Formula, isIncluded, type Variables } from './formula.ts';
import { Weights } from './weights.ts';

/** What one operation was found to cost. */
export interface CostFacts {
  readonly operation: Operation;
  readonly estimated: number;
  /** What the answer came to. */
  readonly actual: number;
  readonly limit: number;
}

export interface CostOptions {
  readonly supergraph: Pick<Supergraph, 'sdl'>;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly config: CostConfig;
  readonly log: Logger;
  /** Told of every answered operation, for metrics. */
  readonly onCost?: ((facts: CostFacts) => void) | undefined;
}

/** Refuses operations that cost more than is allowed, and says what operations cost. */
export interface Cost extends Policy {
  /** What an operation costs at most, if its lists are as long as they are taken to be: never negative, always finite. */
  readonly estimateOf: (operation: Operation, variables: Variables) => number;
  /** What the answer to an operation really cost. */
  readonly actualOf: (operation: Operation, variables: Variables, answer: ExecutionResult) => number;
  /** What an operation costs, up to its variables; worked out once for each operation. */
  readonly formulaOf: (operation: Operation) => Formula;
  /** What an operation of this identity may cost. */
  readonly limitOf: (identity: Pick<Identity, 'tier'>) => number;
}

/**
 * Creates the policy for one supergraph: costs are estimated as the cost directives have it, before anything is fetched.
 * @see https://ibm.github.io/graphql-specs/cost-spec.html
 */
export function createCost({ supergraph, schema, config, log, onCost }: CostOptions): Cost {
  const weights = new Weights(schema, readCostDirectives(supergraph.sdl), config.weights);
  const unknown = weights.unknownCoordinates();
  if (unknown.length > 0) log.warn('Weights in "cost" are of nothing in the schema.', { coordinates: unknown });
  const formulaOf = createFormulas({ schema, weights, config });
  const limitOf = ({ tier }: Pick<Identity, 'tier'>) =>
    (tier === undefined ? undefined : config.tiers[tier]) ?? config.limit;
  const estimateOf = (operation: Operation, variables: Variables) => estimateCost(formulaOf(operation), variables);
  const actualOf = (operation: Operation, variables: Variables, { data }: ExecutionResult) =>
    countActualCost(formulaOf(operation), variables, data);

  const enforce = ({ operation, variables, identity, requestId }: PolicyRequest): Verdict => {
    const limit = limitOf(identity);
    const estimated = estimateOf(operation, variables);
    const refusal = refusalOf(formulaOf(operation), variables, { estimated, limit });
    if (refusal !== undefined) {
      if (config.mode === 'enforce') throw refusal;
      log.warn('An operation would be refused for its cost.', {
        requestId,
        operationName: operation.name,
        operationHash: operation.hash,
        reason: refusal.message,
        estimated,
        limit,
      });
    }
    if (!config.report && onCost === undefined) return {};
    return {
      ...(config.report && { headers: { 'x-cost-estimated': String(estimated), 'x-cost-limit': String(limit) } }),
      onAnswer: (answer) => {
        if (answer === undefined) return undefined;
        const actual = actualOf(operation, variables, answer);
        onCost?.({ operation, estimated, actual, limit });
        if (!config.report) return answer;
        return { ...answer, extensions: { ...answer.extensions, cost: { estimated, actual, limit } } };
      },
    };
  };
  return {
    name: 'cost',
    enforce: config.mode === 'off' ? () => ({}) : enforce,
    estimateOf,
    actualOf,
    formulaOf,
    limitOf,
  };
}

function createFormulas(model: CostModel): (operation: Operation) => Formula {
  const formulas = new WeakMap<Operation, Formula>();
  return (operation) => {
    let formula = formulas.get(operation);
    if (formula === undefined) {
      formula = compileFormula(model, operation);
      formulas.set(operation, formula);
    }
    return formula;
  };
}

/** Why an operation is not to be run, if it is not. */
export function refusalOf(
  { requirements }: Formula,
  variables: Variables,
  { estimated, limit }: Pick<CostFacts, 'estimated' | 'limit'>,
): GatewayError | undefined {
  const unmet = requirements.find(({ inclusion, isMet }) => isIncluded(inclusion, variables) && !isMet(variables));
  if (unmet !== undefined) {
    const { coordinate, names } = unmet;
    const wanted =
      names.length === 1 ? `the argument "${names[0]}"` : `exactly one of the arguments "${names.join('", "')}"`;
    return new GatewayError('BAD_USER_INPUT', `Field "${coordinate}" needs ${wanted}, which says how many to load.`);
  }
  if (estimated <= limit) return undefined;
  return new GatewayError(
    'COST_LIMIT_EXCEEDED',
    `The operation is estimated to cost ${estimated}, and ${limit} is allowed. Ask for fewer fields or shorter lists.`,
    { extensions: { cost: { estimated, limit } } },
  );
}
