import { expect, it } from 'vitest';
import { allRoutes } from '../../../schema/registry/http/all-routes.ts';
import { openTestRegistry } from '../../support/test-registry.ts';

it('documents every route, with its token and its refusals', async () => {
  await using registry = await openTestRegistry();
  const { status, body } = await registry.ask('GET /openapi.json', { token: undefined });
  const { paths } = body as { paths: Record<string, Record<string, { security: object[]; responses: object }>> };
  expect(status).toBe(200);
  expect(Object.values(paths).flatMap(Object.keys)).toHaveLength(allRoutes.length);
  const open = Object.entries(paths).flatMap(([path, methods]) =>
    Object.values(methods).flatMap(({ security }) => (security.length === 0 ? [path] : [])),
  );
  expect(open).toEqual(['/v1/keys', '/health/live', '/health/ready']);
  for (const methods of Object.values(paths)) {
    for (const { responses } of Object.values(methods)) expect(responses).toHaveProperty('default');
  }
});
