import type { IntrospectionConfig } from '../../config/introspection.ts';
import type { Identity } from '../../identity/identity.ts';

/** Whether an identity may ask for the schema: everybody, nobody, or who has one of the scopes. */
export function mayIntrospect(config: IntrospectionConfig, { scopes }: Pick<Identity, 'scopes'>): boolean {
  return typeof config === 'boolean' ? config : config.scopes.some((scope) => scopes.has(scope));
}
