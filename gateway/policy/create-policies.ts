import type { GraphQLSchema } from 'graphql';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import type { Config } from '../config/config.ts';
import type { LimitStore } from '../store/limit-store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type AuthorizationPolicy, createAuthorization } from './authorization/authorization.ts';
import type { PolicySource } from './authorization/policies/policy-source.ts';
import type { ActiveBlocks } from './blocks/active-blocks.ts';
import { createBlocks } from './blocks/blocks.ts';
import { type Cost, createCost } from './cost/cost.ts';
import { createDeprecations } from './deprecations/deprecations.ts';
import { createInputRules } from './input-rules/input-rules.ts';
import { createIntrospection } from './introspection/introspection.ts';
import type { Policy } from './policy.ts';
import { createQueryPlan } from './query-plan/query-plan.ts';
import type { ConcurrencyCounter } from './rate-limit/concurrency.ts';
import { createRateLimit } from './rate-limit/rate-limit.ts';
import { createRunReport } from './run-report/run-report.ts';
import { createTraceReport, type DescribeRun } from './trace-report/trace-report.ts';

export interface PoliciesOptions {
  readonly supergraph: Supergraph;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly config: Pick<
    Config,
    | 'introspection'
    | 'inputRules'
    | 'rateLimit'
    | 'cost'
    | 'authorization'
    | 'deprecations'
    | 'queryPlan'
    | 'graphiql'
    | 'telemetry'
  >;
  readonly limitStore: LimitStore;
  readonly concurrency: ConcurrencyCounter;
  /** What operators have blocked. */
  readonly blocks: ActiveBlocks;
  /** Who answers `@policy`. */
  readonly policySource: PolicySource | undefined;
  readonly describePlan: DescribeRun;
  readonly log: Logger;
  readonly onCost: Telemetry['costCounted'];
  readonly onLimit: Telemetry['limitDecided'];
  readonly onQuotaUsed?: Telemetry['quotaUsed'];
}

/** The policies of a supergraph, and the parts that say how they decide. What the configuration does not ask for costs nothing. */
export interface Policies {
  /** In the order in which they are asked. */
  readonly all: readonly Policy[];
  /** Those of them that a client has to pass whatever it asks for. */
  readonly guards: readonly Policy[];
  /** Those of them that may refuse an operation for what it is, but for the cost and who may see what. */
  readonly rules: readonly Policy[];
  readonly authorization: AuthorizationPolicy;
  /** Says what operations cost, also where nothing limits that. */
  readonly costs: () => Cost;
}

/** Blocks are asked first, and then limits, so that who is refused by the others cannot try for ever. */
export function createPolicies(options: PoliciesOptions): Policies {
  const { supergraph, schema, config, limitStore, concurrency, blocks, policySource, log, onCost, describePlan } =
    options;
  const { rateLimit, introspection, inputRules } = config;
  const countsCost = rateLimit.rules.some((rule) => rule.unit === 'cost');
  const cost =
    countsCost || config.cost.mode !== 'off'
      ? createCost({ supergraph, schema, config: config.cost, log, onCost })
      : undefined;
  let unlimited: Cost | undefined;
  const costs = () => {
    unlimited ??= cost ?? createCost({ supergraph, schema, config: config.cost, log });
    return unlimited;
  };
  const guards = [
    createBlocks({ blocks, schema, log }),
    rateLimit.rules.length === 0
      ? undefined
      : createRateLimit({
          config: rateLimit,
          schema,
          store: limitStore,
          concurrency,
          estimateOf: cost?.estimateOf ?? (() => 0),
          actualOf: cost?.actualOf,
          log,
          onDecided: options.onLimit,
          onQuotaUsed: options.onQuotaUsed,
        }),
  ].filter(isThere);
  const rules = [
    typeof introspection === 'object' ? createIntrospection(introspection) : undefined,
    inputRules.mode === 'off' || inputRules.rules.length === 0
      ? undefined
      : createInputRules({ schema, config: inputRules, log }),
  ].filter(isThere);
  const authorization = createAuthorization({ supergraph, schema, config: config.authorization, policySource, log });
  const deprecations = createDeprecations({ supergraph, schema, config: config.deprecations, now: Date.now });
  const all = [
    ...guards,
    ...rules,
    config.cost.mode === 'off' ? undefined : cost,
    authorization,
    deprecations,
    // The last ones see the operation as it will run.
    config.queryPlan === false ? undefined : createQueryPlan(config.queryPlan, describePlan),
    isExplained(config) ? createRunReport(describePlan, costs) : undefined,
    config.telemetry.traces?.onDemand === undefined ? undefined : createTraceReport(describePlan),
  ].filter(isThere);
  return { all, guards, rules: [...rules, deprecations].filter(isThere), authorization, costs };
}

/** Whether anybody may be told how operations are answered while they write them. */
export function isExplained({ graphiql, queryPlan }: Pick<Config, 'graphiql' | 'queryPlan'>): boolean {
  return graphiql.enabled && queryPlan !== false;
}

function isThere<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
