import type { IncomingHttpHeaders } from 'node:http';
import type { Call, OutgoingRequest, SignalledCall } from './call.ts';
import type { CheckOptions } from './check-result.ts';
import { exchange } from './exchange.ts';
import { shapeOf, writeBody } from './graphql-body.ts';
import { compileHeaderRules } from './header-rules.ts';
import { readGraphqlAnswer } from './read-graphql-answer.ts';
import { textOf, withText } from './result-text.ts';
import type { FetchRequest, FetchResult, Send } from './send.ts';
import { passHeaders, type Upstream } from './upstream.ts';
import { withIdentity } from './with-identity.ts';

/** A GraphQL operation as it goes to a subgraph, with what its answer is checked against. */
export interface GraphqlRequest extends OutgoingRequest {
  readonly expected: CheckOptions;
}

/** A GraphQL answer, with the HTTP headers that it came with. */
export interface GraphqlAnswer {
  readonly result: FetchResult;
  readonly headers: IncomingHttpHeaders;
}

/** Asks a GraphQL service over HTTP (https://graphql.github.io/graphql-over-http/draft/). */
export function postGraphql(upstream: Upstream): Call<GraphqlRequest, GraphqlAnswer> {
  return async (request, cancellation) => {
    const answer = await exchange(request, upstream, cancellation);
    return { result: readGraphqlAnswer(answer, request.expected), headers: answer.headers };
  };
}

/** The door for queries and mutations: writes each fetch as a request, and hands the answer's headers to its client. */
export function toGraphqlSend(upstream: Upstream, call: SignalledCall<GraphqlRequest, GraphqlAnswer>): Send {
  const ask = withIdentity(call, upstream.subgraph);
  const write = createRequestWriter(upstream, 'application/graphql-response+json, application/json;q=0.9');
  return async (fetch) => {
    const { result, headers } = await ask(write(fetch), fetch);
    passHeaders(upstream, fetch.client, headers);
    return result;
  };
}

/** The answer as it goes to several clients. */
export function toSharedAnswer({ result, headers }: GraphqlAnswer): GraphqlAnswer {
  return { result: withText({ ...result, shared: true }, textOf(result)), headers };
}

/** Writes fetches as POST requests that accept the media types `accept`. */
export function createRequestWriter(upstream: Upstream, accept: string): (fetch: FetchRequest) => GraphqlRequest {
  const { subgraph, url, toSubgraph, identityNames } = upstream;
  const fixed = ['content-type', 'application/json', 'accept', accept];
  const headersFor = compileHeaderRules(toSubgraph, subgraph, fixed, identityNames);
  const path = url.pathname + url.search;
  return (fetch) => {
    const { operation, variablesText, client } = fetch;
    const shape = shapeOf(operation);
    // Who writes the variables counts the entities as well.
    const variables = variablesText === undefined ? fetch.variables : undefined;
    return {
      kind: operation.kind,
      method: 'POST',
      path,
      headers: headersFor(client.headers),
      body: writeBody(shape, variablesText ?? (variables && JSON.stringify(variables))),
      expected: { subgraph, entityLists: variablesText === undefined ? shape.entityLists : [], variables },
    };
  };
}
