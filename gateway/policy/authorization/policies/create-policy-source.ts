import type { AuthorizationConfig } from '../../../config/authorization.ts';
import type { Logger } from '../../../telemetry/logger.ts';
import { createOpaSource } from './opa.ts';
import { createPolicyModule } from './policy-module.ts';
import type { PolicySource } from './policy-source.ts';
import { createRegoSource } from './rego.ts';

/** The source that the configuration names; `undefined` when it names none. Nothing is read before it is opened or asked. */
export function createPolicySource(policies: AuthorizationConfig['policies'], log: Logger): PolicySource | undefined {
  if (policies?.opa !== undefined) return createOpaSource(policies.opa);
  if (policies?.rego !== undefined) return createRegoSource(policies.rego, log);
  return policies?.module === undefined ? undefined : createPolicyModule(policies.module, log);
}
