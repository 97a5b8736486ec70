import type { GraphQLSchema } from 'graphql';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import type { Config } from '../config/config.ts';
import type { LimitStore } from '../store/limit-store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { createAuthorization } from './authorization/authorization.ts';
import type { PolicySource } from './authorization/policies/policy-source.ts';
import type { ActiveBlocks } from './blocks/active-blocks.ts';
import { createBlocks } from './blocks/blocks.ts';
import { createCost } from './cost/cost.ts';
import { createDeprecations } from './deprecations/deprecations.ts';
import { createInputRules } from './input-rules/input-rules.ts';
import { createIntrospection } from './introspection/introspection.ts';
import type { Policy } from './policy.ts';
import { createQueryPlan } from './query-plan/query-plan.ts';
import type { ConcurrencyCounter } from './rate-limit/concurrency.ts';
import { createRateLimit } from './rate-limit/rate-limit.ts';
import { createTraceReport, type DescribeRun } from './trace-report/trace-report.ts';

export interface PoliciesOptions {
  readonly supergraph: Supergraph;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly config: Pick<
    Config,
    'introspection' | 'inputRules' | 'rateLimit' | 'cost' | 'authorization' | 'deprecations' | 'queryPlan' | 'telemetry'
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

/**
 * The policies of a supergraph in the order in which they are asked: blocks first, and then limits, so that who is refused by the others
 * cannot try for ever. What the configuration does not ask for costs nothing.
 */
export function createPolicies(options: PoliciesOptions): readonly Policy[] {
  const {
    supergraph,
    schema,
    config,
    limitStore,
    concurrency,
    blocks,
    policySource,
    log,
    onCost,
    onLimit,
    onQuotaUsed,
  } = options;
  const { rateLimit, introspection, inputRules } = config;
  const countsCost = rateLimit.rules.some((rule) => rule.unit === 'cost');
  const cost =
    countsCost || config.cost.mode !== 'off'
      ? createCost({ supergraph, schema, config: config.cost, log, onCost })
      : undefined;
  return [
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
          onDecided: onLimit,
          onQuotaUsed,
        }),
    typeof introspection === 'object' ? createIntrospection(introspection) : undefined,
    inputRules.mode === 'off' || inputRules.rules.length === 0
      ? undefined
      : createInputRules({ schema, config: inputRules, log }),
    config.cost.mode === 'off' ? undefined : cost,
    createAuthorization({ supergraph, schema, config: config.authorization, policySource, log }),
    createDeprecations({ supergraph, schema, config: config.deprecations, now: Date.now }),
    // The last one sees the operation as it will run.
    config.queryPlan === false ? undefined : createQueryPlan(config.queryPlan, options.describePlan),
    config.telemetry.traces?.onDemand === undefined ? undefined : createTraceReport(options.describePlan),
  ].filter((policy) => policy !== undefined);
}
