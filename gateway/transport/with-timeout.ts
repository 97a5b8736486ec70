import type { Call } from './call.ts';
import { subgraphFault } from './subgraph-fault.ts';
import type { Upstream } from './upstream.ts';

/** Cancels a call with `SUBGRAPH_TIMEOUT` when it takes longer than the upstream's `timeoutMs`. */
export function withTimeout<Request, Answer>(
  call: Call<Request, Answer>,
  { subgraph, timeoutMs }: Pick<Upstream, 'subgraph' | 'timeoutMs'>,
): Call<Request, Answer> {
  return async (request, cancellation) => {
    cancellation.deadlineMs = Math.min(cancellation.deadlineMs, performance.now() + timeoutMs);
    const timer = setTimeout(() => {
      const cause = new Error(`No answer within ${timeoutMs} ms.`);
      cancellation.expire(subgraphFault('SUBGRAPH_TIMEOUT', subgraph, cause));
    }, timeoutMs);
    try {
      return await call(request, cancellation);
    } finally {
      clearTimeout(timer);
    }
  };
}
