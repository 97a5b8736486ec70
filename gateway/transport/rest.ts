import { createRestSubgraph } from '../../rest-bridge/runtime/rest-subgraph.ts';
import type { RestCall } from '../../rest-bridge/runtime/scope-calls.ts';
import type { RestSubgraph } from '../../schema/supergraph/supergraph.ts';
import type { FactsSource } from '../cache/read-facts.ts';
import type { HttpAnswer } from './answer-reader.ts';
import { attend } from './attend.ts';
import type { OutgoingRequest, SignalledCall } from './call.ts';
import { withRoute } from './endpoints/with-route.ts';
import { foldHeaderName, neverToSubgraphs } from './header-names.ts';
import { compileHeaderRules } from './header-rules.ts';
import type { ClientRequest, Send } from './send.ts';
import { abortFault } from './subgraph-fault.ts';
import { passHeaders, type Upstream } from './upstream.ts';
import { type IdentifiedCall, withIdentity } from './with-identity.ts';

/** Goes around the HTTP requests that a REST service is sent on behalf of clients. */
export type AroundRestCall = (
  ask: IdentifiedCall<OutgoingRequest, HttpAnswer>,
  subgraph: RestSubgraph,
  source: FactsSource,
) => IdentifiedCall<OutgoingRequest, HttpAnswer>;

/** The door for a REST service: runs each fetch in the gateway, with `call` for the HTTP requests that it takes. */
export function createRestSend(
  service: RestSubgraph,
  upstream: Upstream,
  call: SignalledCall<OutgoingRequest, HttpAnswer>,
  around: AroundRestCall = (ask) => ask,
): Send {
  const { name, url, sdl, maxConcurrency } = service;
  const routed = withRoute(withIdentity(call, name), upstream.backend.endpoints.router);
  const asked = toRestCall(upstream, around(routed, service, upstream));
  const subgraph = createRestSubgraph({ name, url, sdl, maxConcurrency, call: asked });
  const headersFor = compileHeaderRules(upstream.toSubgraph, name, [], upstream.identityNames);
  return ({ operation, variables, client, signal }) => {
    if (signal?.aborted === true) return Promise.reject(abortFault(name, signal.reason));
    const headers = toRecord(headersFor(client.headers));
    const { document, name: operationName } = operation;
    const result = subgraph.execute({ document, variables, operationName, scope: client, headers, signal });
    // Each call sees the signal itself, and knows whether it may be torn down.
    return attend(name, result, signal, () => {});
  };
}

function toRestCall(upstream: Upstream, ask: IdentifiedCall<OutgoingRequest, HttpAnswer>): RestCall {
  return async ({ method, url, headers, body, signal, scope }) => {
    const kind = method === 'GET' ? 'query' : 'mutation';
    const path = pathBelow(upstream, url);
    // The scope is the client request that the send above began with.
    const client = scope as ClientRequest;
    const traced = { requestId: client.id, span: client.trace };
    const request = { kind, method, path, headers: toPairs(headers, upstream), body, ...traced } as const;
    const answer = await ask(request, { client, signal });
    passHeaders(upstream, client, answer);
    return { status: answer.status, headers: toMap(answer.headers), body: answer.body };
  };
}

/**
 * What of a URL is below the service's base URL. What a client sends becomes part of the URL: whatever it is, it does not lead
 * elsewhere.
 */
function pathBelow({ subgraph, url: base }: Upstream, url: string): string {
  const { origin, pathname, search } = new URL(url);
  const basePath = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`;
  if (origin === base.origin && `${pathname}/`.startsWith(basePath))
    return pathname.slice(basePath.length - 1) + search;
  throw new Error(`A URL for the subgraph "${subgraph}" leads away from its base URL.`);
}

function toRecord(pairs: readonly string[]): Readonly<Record<string, string>> {
  const record: Record<string, string> = Object.create(null);
  for (let index = 0; index + 1 < pairs.length; index += 2) record[pairs[index] ?? ''] = pairs[index + 1] ?? '';
  return record;
}

/** What `@rest` says of headers may come from a client's arguments, so it has no say in who asks. */
function toPairs(headers: Readonly<Record<string, string>>, { identityNames }: Upstream): string[] {
  return Object.entries(headers)
    .filter(([name]) => name === 'accept' || name === 'content-type' || !neverToSubgraphs.has(name))
    .filter(([name]) => !identityNames.has(foldHeaderName(name)))
    .flat();
}

function toMap(headers: HttpAnswer['headers']): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')] as const],
    ),
  );
}
