import { AnswerReader, type AnswerReaderOptions, type HttpAnswer } from './answer-reader.ts';
import type { OutgoingRequest } from './call.ts';
import type { Cancellation } from './cancellation.ts';
import { dispatchTo } from './dispatch-to.ts';
import type { Endpoint } from './endpoints/endpoint.ts';
import { inflate } from './inflate.ts';
import { subgraphFault } from './subgraph-fault.ts';

/**
 * Sends one HTTP request to an endpoint and reads the whole answer, whatever its status; redirects are not followed. Compressed
 * answers are not asked for, as services close by answer sooner without, but they are understood.
 * @throws GatewayError `SUBGRAPH_UNREACHABLE`, `SUBGRAPH_INVALID_RESPONSE`, or the reason of the cancellation.
 */
export async function exchange(
  request: OutgoingRequest,
  endpoint: Endpoint,
  options: AnswerReaderOptions,
  cancellation: Cancellation,
): Promise<HttpAnswer> {
  const answer = await new Promise<HttpAnswer>((resolve, reject) => {
    const reader = new AnswerReader(options, resolve, reject);
    cancellation.onCancel((reason) => reader.abort(reason));
    dispatchTo(endpoint, request, reader);
  });
  const encoding = answer.headers['content-encoding'];
  if (encoding === undefined) return answer;
  try {
    return { ...answer, body: await inflate(answer.body, encoding, options.responseBytes) };
  } catch (error) {
    throw subgraphFault('SUBGRAPH_INVALID_RESPONSE', options.subgraph, error);
  }
}
