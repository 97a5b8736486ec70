import type { Logger } from '../../../telemetry/logger.ts';
import { toClientFacts, toIdentityFacts } from '../condition-context.ts';
import type { AskPolicies } from '../decide.ts';
import type { PolicySource } from './policy-source.ts';

/** Asks a source once for all policies of an operation; without a decision, `failClosed` decides. */
export function createAskPolicies(source: PolicySource | undefined, log: Logger): AskPolicies {
  if (source === undefined) return async () => new Set();
  return async (policies, { operation, variables, identity, client, requestId }) => {
    const { kind, name, hash } = operation;
    try {
      return await source.decide(policies, {
        identity: toIdentityFacts(identity),
        client: toClientFacts(client),
        operation: { kind, name, hash },
        variables,
        requestId,
      });
    } catch (error) {
      const { failClosed } = source;
      log.error('There is no decision about policies.', { requestId, policies, allowed: !failClosed, error });
      return new Set(failClosed ? [] : policies);
    }
  };
}
