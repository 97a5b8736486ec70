import { GatewayError } from '../errors.ts';
import type { FetchRequest, Transport } from './send.ts';

/** Asks a subgraph nothing while it is blocked: each fetch then fails with `SUBGRAPH_BLOCKED`. Streams that are open go on. */
export function withBlock(transport: Transport, isBlocked: (subgraph: string) => boolean): Transport {
  const unlessBlocked =
    <Answer>(call: (request: FetchRequest) => Promise<Answer>) =>
    (request: FetchRequest): Promise<Answer> => {
      const { subgraph } = request;
      if (!isBlocked(subgraph)) return call(request);
      return Promise.reject(new GatewayError('SUBGRAPH_BLOCKED', `The subgraph "${subgraph}" is blocked for now.`));
    };
  return { send: unlessBlocked(transport.send), subscribe: unlessBlocked(transport.subscribe) };
}
