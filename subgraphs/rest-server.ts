import { createServer, type IncomingMessage, type Server } from 'node:http';

const bodyMaxBytes = 10_000;

interface RestRequest {
  /** What stands in the path where the route has `:name`. */
  readonly path: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  /** The JSON body; `undefined` without one. */
  readonly body: unknown;
}

/** Answers what becomes the JSON body; `undefined` becomes 404. */
export type RestHandler = (request: RestRequest) => unknown;

/** The request cannot be taken as it is: the answer is 400 with this message. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

/** A REST service from its routes, such as `GET /stock/:upc`, and `/health`. Does not listen yet. */
export function createRestServer(routes: Readonly<Record<string, RestHandler>>): Server {
  const table = Object.entries({ ...routes, 'GET /health': () => ({ status: 'ok' }) });
  return createServer(async (request, response) => {
    const { status, body } = await answer(table, request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
}

async function answer(table: readonly (readonly [string, RestHandler])[], request: IncomingMessage) {
  try {
    const [pathname = '/', search] = (request.url ?? '/').split('?', 2);
    for (const [route, handle] of table) {
      const path = matchRoute(route, `${request.method ?? 'GET'} ${pathname}`);
      if (path === undefined) continue;
      const found = handle({ path, query: new URLSearchParams(search), body: await readJson(request) });
      if (found !== undefined) return { status: 200, body: found };
    }
    return { status: 404, body: { message: 'There is nothing here.' } };
  } catch (error) {
    if (error instanceof BadRequest) return { status: 400, body: { message: error.message } };
    return { status: 500, body: { message: 'Unexpected error.' } };
  }
}

function matchRoute(route: string, requested: string): ReadonlyMap<string, string> | undefined {
  const expected = route.split('/');
  const actual = requested.split('/');
  if (expected.length !== actual.length) return undefined;
  const path = new Map<string, string>();
  for (const [index, segment] of expected.entries()) {
    const given = actual[index] ?? '';
    if (segment.startsWith(':')) path.set(segment.slice(1), decode(given));
    else if (segment !== given) return undefined;
  }
  return path;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new BadRequest('The path is not well encoded.');
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > bodyMaxBytes) throw new BadRequest('The body is too large.');
  }
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest('The body is not JSON.');
  }
}
