import { expect, it } from 'vitest';
import { introspectionSection } from '../../../../gateway/config/introspection.ts';
import { mayIntrospect } from '../../../../gateway/policy/introspection/may-introspect.ts';

it.each([
  [undefined, [], true],
  [true, [], true],
  [false, ['dev'], false],
  [{ scopes: ['dev', 'ops'] }, ['read', 'ops'], true],
  [{ scopes: ['dev', 'ops'] }, ['read', 'toString'], false],
  [{ scopes: ['dev'] }, [], false],
])('of %o, an identity with the scopes %o may ask for the schema: %s', (config, scopes, allowed) => {
  expect(mayIntrospect(introspectionSection.parse(config), { scopes: new Set(scopes) })).toBe(allowed);
});
