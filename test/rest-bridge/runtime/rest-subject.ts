import { type ExecutionResult, parse } from 'graphql';
import { createRestSubgraph } from '../../../rest-bridge/runtime/rest-subgraph.ts';
import type { RestCall, RestCallRequest } from '../../../rest-bridge/runtime/scope-calls.ts';

/** A REST subgraph under test. */
export interface RestSubject {
  readonly run: (
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    options?: {
      readonly scope?: object;
      readonly signal?: AbortSignal;
      readonly headers?: Readonly<Record<string, string>>;
    },
  ) => Promise<ExecutionResult>;
}

/** A REST subgraph `shop` that is reached by `call`. */
export function createSubject(
  sdl: string,
  {
    url = 'http://shop.test/v1',
    call = fetchCall,
    maxConcurrency = 4,
  }: { url?: string; call?: RestCall; maxConcurrency?: number },
): RestSubject {
  const subgraph = createRestSubgraph({ name: 'shop', url, sdl, maxConcurrency, call });
  return {
    run: async (query, variables, { scope = {}, signal, headers = {} } = {}) => {
      const document = parse(query);
      const result = await subgraph.execute({ document, variables, operationName: undefined, scope, headers, signal });
      return JSON.parse(JSON.stringify(result));
    },
  };
}

/** A call that answers with the JSON of `json`, and what it was asked. */
export function recordingCall(json: unknown = null): { readonly call: RestCall; readonly seen: RestCallRequest[] } {
  const seen: RestCallRequest[] = [];
  const body = Buffer.from(JSON.stringify(json));
  const headers = new Map([['content-type', 'application/json']]);
  return {
    seen,
    call: async (request) => {
      seen.push(request);
      return { status: 200, headers, body };
    },
  };
}

/** The simplest call over a real socket: Node's own fetch. */
const fetchCall: RestCall = async ({ method, url, headers, body, signal }) => {
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: typeof body === 'object' ? Buffer.from(body) : (body ?? null),
      signal: signal ?? null,
      redirect: 'manual',
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { status: response.status, headers: new Map(response.headers), body: bytes };
  } catch (cause) {
    const code = signal?.aborted ? 'SUBGRAPH_TIMEOUT' : 'SUBGRAPH_UNREACHABLE';
    throw Object.assign(new Error(`connect to ${url} failed`, { cause }), { code });
  }
};
