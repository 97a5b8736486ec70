import { OpenAPIHono } from '@hono/zod-openapi';
import { allRoutes } from './all-routes.ts';

/** The documentation of the registry's HTTP API as JSON (https://spec.openapis.org/oas/v3.1.0). */
export function openApiText(): string {
  const { openAPIRegistry, getOpenAPI31Document } = new OpenAPIHono();
  openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of the registry; `overlock tokens create` makes one.',
  });
  for (const { document } of allRoutes) openAPIRegistry.registerPath(document);
  const document = getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Overlock registry',
      // That of the paths.
      version: '1',
      description:
        'Teams publish their subgraphs here, and gateways follow. Refusals are problem details (RFC 9457) with a stable `code`.',
    },
  });
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
