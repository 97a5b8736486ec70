import { GraphQLError } from 'graphql';
import type { FaultRule } from '../config/faults.ts';
import { GatewayError } from '../errors.ts';
import type { FetchResult } from '../transport/send.ts';
import { subgraphFault } from '../transport/subgraph-fault.ts';

/** The status that a service in trouble answers with. */
const usualStatus = 503;

/**
 * What a subgraph would have answered, for a code of its own.
 * @throws GatewayError when the code is one of a fetch without an answer
 */
export function makeFault({ error: code = '', status = usualStatus }: FaultRule, subgraph: string): FetchResult {
  const cause = new Error('A rule of faults asks for it.');
  switch (code) {
    case 'SUBGRAPH_UNREACHABLE':
    case 'SUBGRAPH_TIMEOUT':
    case 'SUBGRAPH_INVALID_RESPONSE':
      throw subgraphFault(code, subgraph, cause);
    case 'SUBGRAPH_HTTP_ERROR':
      throw subgraphFault(code, subgraph, cause, { status });
    case 'SUBGRAPH_CIRCUIT_OPEN':
      throw new GatewayError(code, `The subgraph "${subgraph}" failed often. Try again later.`, { cause });
    case 'SUBGRAPH_OVERLOADED':
      throw new GatewayError(code, `Too many requests wait for the subgraph "${subgraph}". Try again later.`, {
        cause,
      });
    default:
      return { data: null, errors: [new GraphQLError('The subgraph failed.', { extensions: { code } })] };
  }
}
