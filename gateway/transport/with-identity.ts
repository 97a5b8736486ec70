import type { OutgoingRequest, SignalledCall } from './call.ts';
import type { FetchRequest } from './send.ts';

/** A call on behalf of a client request, given up when the signal is aborted. */
export type IdentifiedCall<Request, Answer> = (
  request: Request,
  fetch: Pick<FetchRequest, 'client' | 'signal'>,
) => Promise<Answer>;

/** Adds the headers that tell a subgraph who asks; that is before requests in flight are compared, so none is joined for two. */
export function withIdentity<Request extends OutgoingRequest, Answer>(
  call: SignalledCall<Request, Answer>,
  subgraph: string,
): IdentifiedCall<Request, Answer> {
  return (request, { client: { identityHeaders }, signal }) => {
    if (identityHeaders === undefined) return call(request, signal);
    const headers = identityHeaders(subgraph);
    return headers instanceof Promise
      ? headers.then((signed) => call(addHeaders(request, signed), signal))
      : call(addHeaders(request, headers), signal);
  };
}

/** A request with more headers, names and values in turn. */
export function addHeaders<Request extends OutgoingRequest>(request: Request, headers: readonly string[]): Request {
  return headers.length === 0 ? request : { ...request, headers: [...request.headers, ...headers] };
}
