import type { EndpointCall, OutgoingRequest } from './call.ts';
import type { Upstream } from './upstream.ts';
import { addHeaders } from './with-identity.ts';

/** Signs each request when it is complete, just before it is sent. */
export function withSignature<Request extends OutgoingRequest, Answer>(
  call: EndpointCall<Request, Answer>,
  { sign }: Pick<Upstream, 'sign'>,
): EndpointCall<Request, Answer> {
  if (sign === undefined) return call;
  return async (request, endpoint, cancellation) => {
    const { method, path, headers, body } = request;
    const url = endpoint.url.origin + endpoint.pathOf(path);
    const signature = await sign({ method, url, headers, body });
    return await call(addHeaders(request, signature), endpoint, cancellation);
  };
}
