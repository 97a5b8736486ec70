import { errors } from 'undici';
import { GatewayError } from '../errors.ts';

const endings = {
  SUBGRAPH_UNREACHABLE: 'could not be reached.',
  SUBGRAPH_TIMEOUT: 'did not answer in time.',
  SUBGRAPH_HTTP_ERROR: 'answered with an HTTP error.',
  SUBGRAPH_INVALID_RESPONSE: 'answered something that is not what was asked for.',
} as const;

/** Says that a subgraph gave no answer; `cause` is for the log, `status` is the HTTP status that it answered with. */
export function subgraphFault(
  code: keyof typeof endings,
  subgraph: string,
  cause: unknown,
  status?: number,
): GatewayError {
  return new GatewayError(code, `The subgraph "${subgraph}" ${endings[code]}`, {
    cause,
    extensions: status === undefined ? {} : { status },
  });
}

/** What a fetch ends with when its signal is aborted: the operation's time is up, or the client has left. */
export function abortFault(subgraph: string, reason: unknown): GatewayError {
  if (reason instanceof GatewayError) return reason;
  if (reason instanceof Error && reason.name === 'TimeoutError') {
    return subgraphFault('SUBGRAPH_TIMEOUT', subgraph, reason);
  }
  return new GatewayError('REQUEST_TIMEOUT', `The request ended before the subgraph "${subgraph}" answered.`, {
    cause: reason,
  });
}

/** What undici's `error` means; `answered` says whether the head of an answer had arrived before. */
export function brokenCallFault(subgraph: string, error: Error, answered: boolean): Error {
  if (error instanceof errors.InvalidArgumentError) return error;
  const isMalformed =
    answered ||
    error instanceof errors.HTTPParserError ||
    error instanceof errors.HeadersOverflowError ||
    error instanceof errors.ResponseContentLengthMismatchError;
  return subgraphFault(isMalformed ? 'SUBGRAPH_INVALID_RESPONSE' : 'SUBGRAPH_UNREACHABLE', subgraph, error);
}
