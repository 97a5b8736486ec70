import { deepStrictEqual } from 'node:assert';
import { allRoutes } from '../../schema/registry/http/all-routes.ts';
import { type OpenRegistry, type OpenRegistryOptions, openRegistry } from '../../schema/registry/open-registry.ts';
import { openRegistryStore } from '../../schema/registry/store/open-registry-store.ts';
import type { RegistryStore } from '../../schema/registry/store/registry-store.ts';
import type { PlannerOf } from '../../schema/registry/work/kept-supergraph.ts';
import { createWorker } from '../../schema/registry/work/worker.ts';
import { createRecordingLogger, type LogLine } from './recording-logger.ts';
import { testTime } from './registry-samples.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

const adminToken = `ovl_${'a'.repeat(43)}`;

interface Asked {
  readonly body?: unknown;
  /** Default: that of an admin; `undefined` for none. */
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  /** JSON, or the text of an answer of another type. */
  readonly body: unknown;
}

/** A registry over a database of its own, asked without a socket; each answer is held against its documentation. */
export interface TestRegistry extends AsyncDisposable {
  readonly store: RegistryStore;
  readonly clock: { now: number };
  readonly lines: readonly LogLine[];
  readonly fetch: OpenRegistry['fetch'];
  readonly firstAdminToken: string | undefined;
  readonly drain: () => void;
  /** Asks for `GET /v1/graphs` and the like. */
  readonly ask: (route: string, asked?: Asked) => Promise<Answered>;
  /** The secret of a new token. */
  readonly createToken: (token: Readonly<Record<string, unknown>>) => Promise<string>;
}

interface TestRegistryOptions extends Partial<Omit<OpenRegistryOptions, 'store' | 'workshop' | 'now' | 'log'>> {
  readonly plannerOf?: PlannerOf;
}

/** Opens a registry whose work is done at once, in this thread. */
export async function openTestRegistry({ plannerOf, ...options }: TestRegistryOptions = {}): Promise<TestRegistry> {
  const folder = await createTemporaryFolder();
  const clock = { now: testTime };
  const now = () => clock.now;
  const store = await openRegistryStore({ location: folder.path, now });
  const { log, lines } = createRecordingLogger();
  const worker = createWorker(plannerOf);
  const registry = await openRegistry({
    store,
    workshop: {
      compose: async (task) => worker.compose(task),
      diff: async (task) => worker.diff(task),
      deprecations: async (task) => worker.deprecations(task),
      outline: async (task) => worker.outline(task),
      lines: async (task) => worker.lines(task),
      touched: async (task) => worker.touched(task),
      plan: async (task) => worker.plan(task),
    },
    adminToken,
    denyPrivateUrls: false,
    retention: { hourDays: 14, days: 180 },
    now,
    log,
    ...options,
  });
  const ask = (route: string, asked?: Asked) => askRegistry(registry.fetch, route, asked);
  return {
    store,
    clock,
    lines,
    fetch: registry.fetch,
    firstAdminToken: registry.firstAdminToken,
    drain: registry.drain,
    ask,
    async createToken(token) {
      const { body } = await ask('POST /v1/tokens', { body: { name: 'somebody', ...token } });
      return (body as { readonly secret: string }).secret;
    },
    async [Symbol.asyncDispose]() {
      await registry.close();
      await store.close();
      await folder.remove();
    },
  };
}

async function askRegistry(fetch: OpenRegistry['fetch'], route: string, asked: Asked = {}): Promise<Answered> {
  const {
    body,
    headers,
    signal,
    token = adminToken,
  } = { ...asked, ...('token' in asked && { token: asked.token ?? '' }) };
  const [method = '', path = ''] = route.split(' ');
  const response = await fetch(
    new Request(`http://registry.test${path}`, {
      method,
      headers: {
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
    }),
  );
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  const answer = { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  if (isJson) assertDocumented(method, path, answer);
  return answer;
}

/** Whether an answer is as OpenAPI says, with nothing beside. */
function assertDocumented(method: string, path: string, { status, body }: Answered): void {
  const parts = path.replace(/\?.*$/, '').split('/');
  const route = allRoutes.find(
    (one) =>
      one.method === method.toLowerCase() &&
      one.path.split('/').length === parts.length &&
      one.path.split('/').every((part, index) => part.startsWith('{') || part === parts[index]),
  );
  if (route === undefined) return;
  const { responses } = route.document;
  const documented = responses[status] ?? responses['default'];
  const content = documented && 'content' in documented ? (documented.content ?? {}) : {};
  const media = content['application/json'] ?? content['application/problem+json'];
  const schema = media && 'schema' in media ? media.schema : undefined;
  if (schema === undefined || !('parse' in schema)) throw new Error(`${method} ${path} has no documented answer.`);
  deepStrictEqual(schema.parse(body), body);
}
