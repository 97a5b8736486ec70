import type { Call, OutgoingRequest } from './call.ts';
import type { Upstream } from './upstream.ts';
import { addHeaders } from './with-identity.ts';

/** Signs each request when it is complete, just before it is sent. */
export function withSignature<Request extends OutgoingRequest, Answer>(
  call: Call<Request, Answer>,
  { url: { origin }, sign }: Pick<Upstream, 'url' | 'sign'>,
): Call<Request, Answer> {
  if (sign === undefined) return call;
  return async (request, cancellation) => {
    const { method, path, headers, body } = request;
    const signature = await sign({ method, url: origin + path, headers, body });
    return await call(addHeaders(request, signature), cancellation);
  };
}
