import type { EndpointCall, OutgoingRequest } from '../call.ts';
import { addHeaders } from '../with-identity.ts';

/** Tells an endpoint, in the header `name`, for how many milliseconds more its answer is waited for. */
export function withTimeLeft<Request extends OutgoingRequest, Answer>(
  call: EndpointCall<Request, Answer>,
  { name, now }: { readonly name: string | false; readonly now: () => number },
): EndpointCall<Request, Answer> {
  if (name === false) return call;
  return (request, endpoint, cancellation) => {
    const leftMs = Math.max(0, Math.floor(cancellation.deadlineMs - now()));
    return call(addHeaders(request, [name, String(leftMs)]), endpoint, cancellation);
  };
}
