import type { GraphQLSchema } from 'graphql';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import type { Config } from '../config/config.ts';
import type { LimitStore } from '../store/limit-store.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createAuthorization } from './authorization/authorization.ts';
import { createCost } from './cost/cost.ts';
import { createIntrospection } from './introspection/introspection.ts';
import type { Policy } from './policy.ts';
import { createRateLimit } from './rate-limit/rate-limit.ts';

export interface PoliciesOptions {
  readonly supergraph: Supergraph;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly config: Pick<Config, 'introspection' | 'rateLimit' | 'cost' | 'authorization'>;
  readonly limitStore: LimitStore;
  readonly log: Logger;
}

/**
 * The policies of a supergraph in the order in which they are asked: limits come first, so that who is refused by the others
 * cannot try for ever. What the configuration does not ask for costs nothing.
 */
export function createPolicies({ supergraph, schema, config, limitStore, log }: PoliciesOptions): readonly Policy[] {
  const { rateLimit, introspection } = config;
  const countsCost = rateLimit.rules.some((rule) => rule.unit === 'cost');
  const cost =
    countsCost || config.cost.mode !== 'off' ? createCost({ supergraph, schema, config: config.cost, log }) : undefined;
  return [
    rateLimit.rules.length === 0
      ? undefined
      : createRateLimit({
          config: rateLimit,
          schema,
          store: limitStore,
          estimateOf: cost?.estimateOf ?? (() => 0),
          actualOf: cost?.actualOf,
          log,
        }),
    typeof introspection === 'object' ? createIntrospection(introspection) : undefined,
    config.cost.mode === 'off' ? undefined : cost,
    createAuthorization({ supergraph, schema, config: config.authorization, log }),
  ].filter((policy) => policy !== undefined);
}
