import { type RouteConfig, z } from '@hono/zod-openapi';
import { type GraphRef, isGraphName } from '../../feed/graph-ref.ts';
import type { Token } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { Registry } from '../registry.ts';
import { type Access, assertAllowed } from '../tokens/access.ts';
import { authenticate } from '../tokens/authenticate.ts';
import { problemShape } from './problem.ts';
import { readJson } from './read-body.ts';
import type { Services } from './services.ts';

type Empty = z.ZodObject<Record<never, never>>;

/** Who sends nonsense is not told all of it. */
const mostErrors = 20;

type Method = 'get' | 'put' | 'post' | 'delete';

/** One request to a route, its parts read and checked. */
interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Who asks, on routes that are not for anyone. */
  readonly token: Token;
  /** The variant that the path names, where it names one. */
  readonly ref: GraphRef;
  readonly request: Request;
}

/** A route as it is written down. */
interface RouteSpec<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> {
  readonly method: Method;
  /** As OpenAPI writes it; `{graph}` and `{variant}` in it are what the token must be allowed for. */
  readonly path: string;
  readonly summary: string;
  /** Routes for any token ask for more themselves. */
  readonly access: Access | 'token' | 'anyone';
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: { readonly shape: Body; readonly maxBytes: number };
  readonly answer: RouteAnswer;
  /** What is answered: a `Response` as it is, all else as JSON. */
  readonly handle: (
    call: Call<z.output<Params>, z.output<Query>, z.output<Body>>,
    services: Services,
  ) => Promise<unknown>;
}

interface RouteAnswer {
  readonly status?: 200 | 201 | 202 | 204;
  readonly description: string;
  /** Without one the answer has no body, or is of another type. */
  readonly shape?: z.ZodType;
  readonly type?: string;
}

/** A request as a router hands it on. */
interface Arrival {
  readonly request: Request;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** A route that can be served and documented. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly document: RouteConfig;
  readonly answer: (arrival: Arrival, services: Services) => Promise<Response>;
}

/** Makes a route of its parts: who asks comes first, then whether they may, and only then what they sent. */
export function defineRoute<
  Params extends z.ZodObject = Empty,
  Query extends z.ZodObject = Empty,
  Body extends z.ZodType = z.ZodUndefined,
>(spec: RouteSpec<Params, Query, Body>): Route {
  const { method, path, access } = spec;
  return {
    method,
    path,
    document: toDocument(spec),
    async answer({ request, params, query }, services) {
      const ref = readRef(params);
      const token = access === 'anyone' ? undefined : await admit(request, access, ref, services.registry);
      const body = spec.body && (await readJson(request, spec.body.maxBytes));
      const call = {
        params: check(spec.params, params, 'path') as z.output<Params>,
        query: check(spec.query, query, 'query') as z.output<Query>,
        body: check(spec.body?.shape, body, 'body') as z.output<Body>,
        get token() {
          return there(token, `${path} is for anyone.`);
        },
        get ref() {
          return there(ref, `${path} names no variant.`);
        },
        request,
      };
      const result = await spec.handle(call, services);
      return result instanceof Response ? result : toResponse(result, spec.answer.status ?? 200);
    },
  };
}

/** @throws Refusal `UNAUTHENTICATED`, `FORBIDDEN` */
async function admit(
  { headers }: Request,
  access: Access | 'token',
  ref: GraphRef | undefined,
  { store, now }: Registry,
): Promise<Token> {
  const token = await authenticate(store, headers.get('authorization') ?? undefined, now());
  if (access !== 'token') assertAllowed(token, access, ref);
  return token;
}

function there<Value>(value: Value | undefined, message: string): Value {
  if (value === undefined) throw new Error(message);
  return value;
}

/** @throws Refusal `INVALID_NAME` */
function readRef({ graph, variant }: Readonly<Record<string, string>>): GraphRef | undefined {
  if (graph === undefined || variant === undefined) return undefined;
  if (isGraphName(graph) && isGraphName(variant)) return { graph, variant };
  throw new Refusal(
    'INVALID_NAME',
    'Graphs and variants have names of at most 63 letters, digits and -, and begin with a letter.',
  );
}

/** @throws Refusal `BAD_REQUEST` with everything that is wrong, or `INVALID_NAME` */
function check(shape: z.ZodType | undefined, value: unknown, place: string): unknown {
  if (shape === undefined) return undefined;
  const checked = shape.safeParse(value);
  if (checked.success) return checked.data;
  const { issues } = checked.error;
  const errors = issues.slice(0, mostErrors).map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  const [first] = errors;
  const where = first === undefined || first.path === '' ? `The ${place}` : `${first.path} in the ${place}`;
  const isName = issues.every((issue) => 'params' in issue && issue.params?.['isName'] === true);
  const message = `${where} is not as it should be: ${first?.message ?? ''}.`;
  throw new Refusal(isName ? 'INVALID_NAME' : 'BAD_REQUEST', message, { details: { errors } });
}

function toResponse(value: unknown, status: number): Response {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  if (status === 204) return new Response(null, { status, headers: { 'cache-control': 'no-store' } });
  return new Response(JSON.stringify(value), { status, headers });
}

function toDocument<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType>(
  spec: RouteSpec<Params, Query, Body>,
): RouteConfig {
  const { method, path, summary, access, params, query, body, answer } = spec;
  const { status = 200, description, shape, type = 'application/json' } = answer;
  const names = [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name = '']) => (params?.shape[name] ? [] : [name]));
  const named = z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
  return {
    method,
    path,
    summary,
    security: access === 'anyone' ? [] : [{ token: [] }],
    request: {
      params: params === undefined ? named : named.extend(params.shape),
      ...(query && { query }),
      ...(body && { body: { required: true, content: { 'application/json': { schema: body.shape } } } }),
    },
    responses: {
      [status]: { description, ...(status !== 204 && { content: { [type]: { schema: shape ?? z.unknown() } } }) },
      default: {
        description: 'It was refused.',
        content: { 'application/problem+json': { schema: problemShape } },
      },
    },
  };
}
