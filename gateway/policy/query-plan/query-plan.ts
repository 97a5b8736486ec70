import type { ExecutionResult } from 'graphql';
import type { Audience } from '../../config/audience.ts';
import { isInAudience } from '../is-in-audience.ts';
import type { Policy, PolicyRequest } from '../policy.ts';

/** Gives how a request is answered, as JSON. */
export type DescribePlan = (request: PolicyRequest) => unknown;

/**
 * Shows in `extensions.queryPlan` how an operation is answered, to those who may see it and ask for it; others are answered without. Of the
 * events of a subscription, the first has it.
 */
export function createQueryPlan(audience: Audience, describePlan: DescribePlan): Policy {
  return {
    name: 'queryPlan',
    enforce(request) {
      if (request.wantsPlan !== true || !isInAudience(audience, request.identity)) return {};
      let queryPlan = describePlan(request);
      return {
        onAnswer(answer): ExecutionResult | undefined {
          if (answer === undefined || queryPlan === undefined) return answer;
          const extensions = { ...answer.extensions, queryPlan };
          queryPlan = undefined;
          return { ...answer, extensions };
        },
      };
    },
  };
}
