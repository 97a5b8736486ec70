import { expect, it } from 'vitest';
import { introspectionSection } from '../../../gateway/config/introspection.ts';
import { queryPlanSection } from '../../../gateway/config/query-plan.ts';
import { isInAudience } from '../../../gateway/policy/is-in-audience.ts';

it.each([
  [true, [], true],
  [false, ['dev'], false],
  [{ scopes: ['dev', 'ops'] }, ['read', 'ops'], true],
  [{ scopes: ['dev', 'ops'] }, ['read', 'toString'], false],
  [{ scopes: ['dev'] }, [], false],
])('in %o, an identity with the scopes %o is: %s', (config, scopes, expected) => {
  expect(isInAudience(introspectionSection.parse(config), { scopes: new Set(scopes) })).toBe(expected);
});

it('lets everybody ask for the schema, and nobody for plans, unless the configuration says otherwise', () => {
  const nobody = { scopes: new Set<string>() };
  expect(isInAudience(introspectionSection.parse(undefined), nobody)).toBe(true);
  expect(isInAudience(queryPlanSection.parse(undefined), nobody)).toBe(false);
});
