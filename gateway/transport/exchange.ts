import { AnswerReader, type AnswerReaderOptions, type HttpAnswer } from './answer-reader.ts';
import type { OutgoingRequest } from './call.ts';
import type { Cancellation } from './cancellation.ts';
import { dispatchTo } from './dispatch-to.ts';
import type { Endpoint } from './endpoints/endpoint.ts';
import { inflate } from './inflate.ts';
import { subgraphFault } from './subgraph-fault.ts';

/**
 * Sends one HTTP request to an endpoint and gives what `read` makes of the whole answer, whatever its status; redirects are not
 * followed. Compressed answers are not asked for, as services close by answer sooner without, but they are understood. The body is for
 * `read` alone: no promise holds it, so that its memory is free as soon as it is read.
 * @throws GatewayError `SUBGRAPH_UNREACHABLE`, `SUBGRAPH_INVALID_RESPONSE`, or the reason of the cancellation; and what `read` throws.
 */
export function exchange<Read>(
  request: OutgoingRequest,
  endpoint: Endpoint,
  options: AnswerReaderOptions,
  cancellation: Cancellation,
  read: (answer: HttpAnswer) => Read,
): Promise<Read> {
  return new Promise((resolve, reject) => {
    const end = (answer: HttpAnswer) => {
      const encoding = answer.headers['content-encoding'];
      if (encoding !== undefined) {
        resolve(unpack(answer, encoding, options).then(read));
        return;
      }
      try {
        resolve(read(answer));
      } catch (error) {
        reject(error);
      }
    };
    const reader = new AnswerReader(options, end, reject);
    cancellation.onCancel((reason) => reader.abort(reason));
    dispatchTo(endpoint.dispatcher, endpoint, request, reader);
  });
}

async function unpack(
  answer: HttpAnswer,
  encoding: string,
  { subgraph, responseBytes }: AnswerReaderOptions,
): Promise<HttpAnswer> {
  try {
    return { ...answer, body: await inflate(answer.body, encoding, responseBytes) };
  } catch (error) {
    throw subgraphFault('SUBGRAPH_INVALID_RESPONSE', subgraph, error);
  }
}
