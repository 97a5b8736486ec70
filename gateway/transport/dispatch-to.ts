import type { Dispatcher } from 'undici';
import type { OutgoingRequest } from './call.ts';
import type { Endpoint } from './endpoints/endpoint.ts';

/** Sends one HTTP request over connections to an endpoint; `handler` is told what comes of it. */
export function dispatchTo(
  dispatcher: Dispatcher,
  { pathOf }: Pick<Endpoint, 'pathOf'>,
  { method, path, headers, body }: Pick<OutgoingRequest, 'method' | 'path' | 'headers' | 'body'>,
  handler: Dispatcher.DispatchHandler,
): void {
  // Only what undici takes for idempotent goes over a connection of HTTP/2 beside others. It would also send that again by itself, which
  // `AnswerReader` does not let it.
  dispatcher.dispatch({ method, path: pathOf(path), headers, body: body ?? null, idempotent: true }, handler);
}
