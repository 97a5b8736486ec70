import type { IntrospectionConfig } from '../../config/introspection.ts';
import { GatewayError } from '../../errors.ts';
import type { Policy } from '../policy.ts';
import { mayIntrospect } from './may-introspect.ts';

/** Refuses questions about the schema to identities that may not ask them. */
export function createIntrospection(config: IntrospectionConfig): Policy {
  return {
    name: 'introspection',
    enforce({ operation, identity }) {
      if (!operation.introspects || mayIntrospect(config, identity)) return {};
      throw new GatewayError('INTROSPECTION_DISABLED', 'You may not ask for the schema here.');
    },
  };
}
