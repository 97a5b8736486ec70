import type { Audience } from '../../config/audience.ts';
import { GatewayError } from '../../errors.ts';
import { isInAudience } from '../is-in-audience.ts';
import type { Policy } from '../policy.ts';

/** Refuses questions about the schema to identities that may not ask them. */
export function createIntrospection(audience: Audience): Policy {
  return {
    name: 'introspection',
    enforce({ operation, identity }) {
      if (!operation.introspects || isInAudience(audience, identity)) return {};
      throw new GatewayError('INTROSPECTION_DISABLED', 'You may not ask for the schema here.');
    },
  };
}
