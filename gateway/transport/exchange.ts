import { AnswerReader, type HttpAnswer } from './answer-reader.ts';
import type { OutgoingRequest } from './call.ts';
import type { Cancellation } from './cancellation.ts';
import { inflate } from './inflate.ts';
import { subgraphFault } from './subgraph-fault.ts';
import type { Upstream } from './upstream.ts';

/**
 * Sends one HTTP request and reads the whole answer, whatever its status; redirects are not followed. Compressed answers
 * are not asked for, as services close by answer sooner without, but they are understood.
 * @throws GatewayError `SUBGRAPH_UNREACHABLE`, `SUBGRAPH_INVALID_RESPONSE`, or the reason of the cancellation.
 */
export async function exchange(
  request: OutgoingRequest,
  upstream: Upstream,
  cancellation: Cancellation,
): Promise<HttpAnswer> {
  const answer = await new Promise<HttpAnswer>((resolve, reject) => {
    const reader = new AnswerReader(upstream, resolve, reject);
    cancellation.onCancel((reason) => reader.abort(reason));
    const { method, path, headers } = request;
    upstream.pool.dispatch({ method, path, headers, body: request.body ?? null }, reader);
  });
  const encoding = answer.headers['content-encoding'];
  if (encoding === undefined) return answer;
  try {
    return { ...answer, body: await inflate(answer.body, encoding, upstream.responseBytes) };
  } catch (error) {
    throw subgraphFault('SUBGRAPH_INVALID_RESPONSE', upstream.subgraph, error);
  }
}
