import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { Supergraph } from '../../../schema/supergraph/supergraph.ts';
import type { CostConfig } from '../../config/cost.ts';
import type { Identity } from '../../identity/identity.ts';
import type { Operation } from '../../operation/operation.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { Policy, Verdict } from '../policy.ts';
import { readCostDirectives } from './cost-directives.ts';
import { countActualCost } from './count-actual-cost.ts';
import { createFormulas, type FormulaOf } from './create-formulas.ts';
import { estimateCost } from './estimate-cost.ts';
import type { Variables } from './formula.ts';
import { type Bill, refusalOf } from './refusal-of.ts';
import { SubgraphFormulas } from './subgraph-formulas.ts';
import { Weights } from './weights.ts';

export interface CostOptions {
  readonly supergraph: Pick<Supergraph, 'sdl' | 'subgraphs'>;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly config: CostConfig;
  readonly log: Logger;
  /** Told of every estimate, and of every answer. */
  readonly onCost?: Telemetry['costCounted'];
}

/** Refuses operations that cost more than is allowed, and says what operations cost. */
export interface Cost extends Policy {
  /** What an operation costs at most, if its lists are as long as they are taken to be: never negative, always finite. */
  readonly estimateOf: (operation: Operation, variables: Variables) => number;
  /** What the answer to an operation really cost. */
  readonly actualOf: (operation: Operation, variables: Variables, answer: ExecutionResult) => number;
  readonly formulaOf: FormulaOf;
  /** What of an operation a subgraph may be asked for, estimated alike. */
  readonly estimateFor: (subgraph: string, operation: Operation, variables: Variables) => number;
  /** The estimates for an identity, and what it is allowed. */
  readonly billOf: (operation: Operation, variables: Variables, identity: Pick<Identity, 'tier'>) => Bill;
}

/**
 * Creates the policy for one supergraph: costs are estimated as the cost directives have it, before anything is fetched.
 * @see https://ibm.github.io/graphql-specs/cost-spec.html
 */
export function createCost(options: CostOptions): Cost {
  const { supergraph, schema, config } = options;
  const weights = new Weights(schema, readCostDirectives(supergraph.sdl), config.weights);
  const model = { schema, weights, config };
  const formulaOf = createFormulas(model);
  const subgraphFormulas = new SubgraphFormulas(model, supergraph.sdl);
  warnOfUnknown(weights, options);
  const limits = Object.entries(config.subgraphs).map(([subgraph, limit]): SubgraphLimit => {
    return { subgraph, limit, formulaOf: subgraphFormulas.of(subgraph) };
  });

  const calculator: Omit<Cost, keyof Policy> = {
    formulaOf,
    estimateOf: (operation, variables) => estimateCost(formulaOf(operation), variables),
    actualOf: (operation, variables, { data }) => countActualCost(formulaOf(operation), variables, data),
    estimateFor: (subgraph, operation, variables) => estimateCost(subgraphFormulas.of(subgraph)(operation), variables),
    billOf: (operation, variables, { tier }) => ({
      estimated: estimateCost(formulaOf(operation), variables),
      limit: (tier === undefined ? undefined : config.tiers[tier]) ?? config.limit,
      subgraphs: toSubgraphBills(limits, operation, variables),
    }),
  };
  const enforce = config.mode === 'off' ? () => allowed : createEnforce(calculator, options);
  return { name: 'cost', enforce, ...calculator };
}

interface SubgraphLimit {
  readonly subgraph: string;
  readonly limit: number;
  readonly formulaOf: FormulaOf;
}

function toSubgraphBills(
  limits: readonly SubgraphLimit[],
  operation: Operation,
  variables: Variables,
): Bill['subgraphs'] {
  return limits.map(({ subgraph, limit, formulaOf }) => {
    return { subgraph, estimated: estimateCost(formulaOf(operation), variables), limit };
  });
}

const allowed: Verdict = Object.freeze({});

function createEnforce(
  { formulaOf, actualOf, billOf }: Omit<Cost, keyof Policy>,
  { config, log, onCost }: CostOptions,
): Policy['enforce'] {
  return ({ operation, variables, identity, requestId, onCost: tellRequest }) => {
    const bill = billOf(operation, variables, identity);
    const tier = identity.tier !== undefined && identity.tier in config.tiers ? identity.tier : 'default';
    onCost?.({ kind: 'estimated', tier, cost: bill.estimated });
    tellRequest?.(bill.estimated);
    const refusal = refusalOf(formulaOf(operation), variables, bill);
    if (refusal !== undefined) {
      if (config.mode === 'enforce') throw refusal;
      const { name, hash } = operation;
      const facts = { requestId, operationName: name, operationHash: hash, reason: refusal.message, ...bill };
      log.warn('An operation would be refused for its cost.', facts);
    }
    const measured = refusal?.code;
    if (!config.report && onCost === undefined) return measured === undefined ? allowed : { measured };
    return {
      measured,
      headers: config.report ? toHeaders(bill) : undefined,
      onAnswer(answer, onHeader) {
        if (answer === undefined) return undefined;
        const actual = actualOf(operation, variables, answer);
        onCost?.({ kind: 'actual', tier, cost: actual });
        tellRequest?.(actual);
        if (!config.report) return answer;
        onHeader?.('x-cost-actual', String(actual));
        return { ...answer, extensions: { ...answer.extensions, cost: toReport(bill, actual) } };
      },
    };
  };
}

function toHeaders({ estimated, limit }: Bill): Readonly<Record<string, string>> {
  return { 'x-cost-estimated': String(estimated), 'x-cost-limit': String(limit) };
}

function toReport({ estimated, limit, subgraphs }: Bill, actual: number) {
  const bySubgraph = subgraphs.map(({ subgraph, ...cost }) => [subgraph, cost] as const);
  return { estimated, actual, limit, ...(bySubgraph.length > 0 && { subgraphs: Object.fromEntries(bySubgraph) }) };
}

function warnOfUnknown(weights: Weights, { config, supergraph, log }: CostOptions): void {
  const coordinates = weights.unknownCoordinates();
  if (coordinates.length > 0) log.warn('Weights in "cost" are of nothing in the schema.', { coordinates });
  const subgraphs = Object.keys(config.subgraphs).filter((one) =>
    supergraph.subgraphs.every(({ name }) => name !== one),
  );
  if (subgraphs.length > 0) log.warn('Limits in "cost" are of no subgraph of the supergraph.', { subgraphs });
}
