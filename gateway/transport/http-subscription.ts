import type { EndpointCall, SignalledCall } from './call.ts';
import { dispatchTo } from './dispatch-to.ts';
import { withRoute } from './endpoints/with-route.ts';
import { createRequestWriter, type GraphqlRequest } from './http-graphql.ts';
import { parseResult, readGraphqlAnswer } from './read-graphql-answer.ts';
import type { FetchResult, Subscribe } from './send.ts';
import type { SseSubscription } from './sse-subscription.ts';
import { type SubscriptionAnswer, SubscriptionReader } from './subscription-reader.ts';
import { passHeaders, type Upstream } from './upstream.ts';
import { withIdentity } from './with-identity.ts';

/** Asks a GraphQL service for events by server-sent events; ends when it has accepted or refused. */
export function openSubscription(upstream: Upstream): EndpointCall<GraphqlRequest, SubscriptionAnswer> {
  const { subgraph, responseBytes } = upstream;
  return (request, endpoint, cancellation) =>
    new Promise((resolve, reject) => {
      const options = {
        subgraph,
        eventLength: responseBytes,
        toResult: (data: string) => parseResult(data, request.expected),
      };
      const reader = new SubscriptionReader(options, resolve, reject);
      cancellation.onCancel((reason) => reader.abort(reason));
      dispatchTo(endpoint.streams, endpoint, request, reader);
    });
}

/** The door for subscriptions; those under way are in `live`, for whoever has to end them. */
export function toGraphqlSubscribe(
  upstream: Upstream,
  call: SignalledCall<GraphqlRequest, SubscriptionAnswer>,
  live: Set<SseSubscription>,
): Subscribe {
  const { places, endpoints } = upstream.backend;
  const ask = withRoute(withIdentity(call, upstream.subgraph), endpoints.router);
  const write = createRequestWriter(
    upstream,
    'text/event-stream, application/graphql-response+json;q=0.9, application/json;q=0.8',
  );
  return async (fetch) => {
    const request = write(fetch);
    const leave = places.take();
    let answer: SubscriptionAnswer;
    try {
      answer = await ask(request, fetch);
    } catch (error) {
      leave();
      throw error;
    }
    if (answer.kind === 'answered') leave();
    passHeaders(upstream, fetch.client, answer);
    // What is no event stream says why there is none, or is the only event there will be.
    if (answer.kind === 'answered') return once(readGraphqlAnswer(answer, request.expected));
    keep(answer.events, live, fetch.signal, leave);
    return answer.events;
  };
}

function keep(
  events: SseSubscription,
  live: Set<SseSubscription>,
  signal: AbortSignal | undefined,
  leave: () => void,
): void {
  const stop = () => events.stop();
  live.add(events);
  signal?.addEventListener('abort', stop);
  events.onEnd(() => {
    live.delete(events);
    leave();
    signal?.removeEventListener('abort', stop);
  });
  if (signal?.aborted === true) stop();
}

async function* once(result: FetchResult): AsyncGenerator<FetchResult, undefined> {
  yield result;
}
