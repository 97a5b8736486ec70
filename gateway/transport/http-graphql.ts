import type { Answered, EndpointCall, OutgoingRequest, SignalledCall } from './call.ts';
import type { CheckOptions } from './check-result.ts';
import { withRoute } from './endpoints/with-route.ts';
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
export interface GraphqlAnswer extends Answered {
  readonly result: FetchResult;
}

/** Asks a GraphQL service over HTTP (https://graphql.github.io/graphql-over-http/draft/). */
export function postGraphql(upstream: Upstream): EndpointCall<GraphqlRequest, GraphqlAnswer> {
  return (request, endpoint, cancellation) =>
    exchange(request, endpoint, upstream, cancellation, (answer) => {
      const { status, headers } = answer;
      const result = readGraphqlAnswer(answer, request.expected);
      return { result, status, headers, hasErrors: result.errors !== undefined && result.errors.length > 0 };
    });
}

/** The door for queries and mutations: writes each fetch as a request, and hands the answer's headers to its client. */
export function toGraphqlSend(upstream: Upstream, call: SignalledCall<GraphqlRequest, GraphqlAnswer>): Send {
  const ask = withRoute(withIdentity(call, upstream.subgraph), upstream.backend.endpoints.router);
  const write = createRequestWriter(upstream, 'application/graphql-response+json, application/json;q=0.9');
  return async (fetch) => {
    const answer = await ask(write(fetch), fetch);
    passHeaders(upstream, fetch.client, answer);
    return answer.result;
  };
}

/** The answer as it goes to several clients. */
export function toSharedAnswer({ result, ...facts }: GraphqlAnswer): GraphqlAnswer {
  return { result: withText({ ...result, shared: true }, textOf(result)), ...facts };
}

/** Writes fetches as POST requests that accept the media types `accept`. */
export function createRequestWriter(upstream: Upstream, accept: string): (fetch: FetchRequest) => GraphqlRequest {
  const { subgraph, toSubgraph, identityNames } = upstream;
  const fixed = ['content-type', 'application/json', 'accept', accept];
  const headersFor = compileHeaderRules(toSubgraph, subgraph, fixed, identityNames);
  return (fetch) => {
    const { operation, variablesText, client } = fetch;
    const shape = shapeOf(operation);
    // Who writes the variables counts the entities as well.
    const variables = variablesText === undefined ? fetch.variables : undefined;
    return {
      kind: operation.kind,
      operation,
      method: 'POST',
      path: '',
      headers: headersFor(client.headers),
      body: writeBody(shape, variablesText ?? (variables && JSON.stringify(variables))),
      requestId: client.id,
      span: fetch.span ?? client.trace,
      expected: { subgraph, entityLists: variablesText === undefined ? shape.entityLists : [], variables },
    };
  };
}
