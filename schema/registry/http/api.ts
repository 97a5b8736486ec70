import { Hono } from 'hono';
import { createPages } from '../pages/create-pages.ts';
import { Refusal } from '../refusal.ts';
import { openApiText } from './open-api.ts';
import { toProblemResponse, toRefusal } from './problem.ts';
import type { Route } from './route.ts';
import type { Services } from './services.ts';

/** An HTTP API over web requests. */
export interface Api {
  readonly fetch: (request: Request) => Promise<Response>;
}

/** Serves routes: what they throw is answered as problem details, and what nobody foresaw is logged. */
export function createApi(services: Services, routes: readonly Route[]): Api {
  const { log } = services.registry;
  const app = new Hono();
  for (const { method, path, answer } of routes) {
    app.on(
      method.toUpperCase(),
      path.replace(/\{(\w+)\}/g, ':$1'),
      async ({ req }) => await answer({ request: req.raw, params: req.param(), query: req.query() }, services),
    );
  }
  let openApi: string | undefined;
  app.get('/openapi.json', ({ body }) => {
    openApi ??= openApiText();
    return body(openApi, 200, { 'content-type': 'application/json; charset=utf-8' });
  });
  app.route('/', createPages(services));
  app.notFound(({ req }) => refuseUnknown(routes, req.path));
  app.onError((error) => {
    const refusal = toRefusal(error);
    if (refusal.status >= 500) log.error('A request failed.', { code: refusal.code, error: refusal.cause ?? refusal });
    return toProblemResponse(refusal);
  });
  return { fetch: async (request) => await app.fetch(request) };
}

/** 405 where another method would be answered, or 404. */
function refuseUnknown(routes: readonly Route[], path: string): Response {
  const parts = path.split('/');
  const methods = routes
    .filter((route) => isAt(route.path.split('/'), parts))
    .map(({ method }) => method.toUpperCase());
  if (methods.length === 0) {
    return toProblemResponse(
      new Refusal('NOT_FOUND', 'There is nothing at this path. /openapi.json says what there is.'),
    );
  }
  const allow = methods.join(', ');
  return toProblemResponse(new Refusal('METHOD_NOT_ALLOWED', `Only ${allow} can be used here.`), { allow });
}

function isAt(pattern: readonly string[], parts: readonly string[]): boolean {
  return (
    pattern.length === parts.length && pattern.every((part, index) => part.startsWith('{') || part === parts[index])
  );
}
