import { errors } from 'undici';
import { GatewayError } from '../errors.ts';
import { isTimeUp } from '../lib/deadline.ts';

const faults = {
  SUBGRAPH_UNREACHABLE: { kind: 'connection', ending: 'could not be reached.' },
  SUBGRAPH_TIMEOUT: { kind: 'time', ending: 'did not answer in time.' },
  SUBGRAPH_HTTP_ERROR: { kind: 'status', ending: 'answered with an HTTP error.' },
  SUBGRAPH_INVALID_RESPONSE: { kind: 'content', ending: 'answered something that is not what was asked for.' },
} as const;

export interface FaultFacts {
  /**
   * What went wrong. `connection`: nothing came, or it broke off. `size`: the answer is larger than is read, for which the question may
   * be to blame. Default: as the code says.
   */
  readonly kind?: 'connection' | 'time' | 'status' | 'content' | 'size';
  /** The HTTP status that it answered with. */
  readonly status?: number;
  /** The header of that name. */
  readonly retryAfter?: string | undefined;
}

/** That a subgraph gave no answer, with what decides whether it is asked again. */
export class SubgraphFault extends GatewayError {
  readonly kind: NonNullable<FaultFacts['kind']>;
  /** The HTTP status that it answered with. */
  readonly answeredStatus: number | undefined;
  readonly retryAfter: string | undefined;

  constructor(code: keyof typeof faults, subgraph: string, cause: unknown, facts: FaultFacts) {
    const { kind, ending } = faults[code];
    const { status } = facts;
    super(code, `The subgraph "${subgraph}" ${ending}`, { cause, extensions: status === undefined ? {} : { status } });
    this.kind = facts.kind ?? kind;
    this.answeredStatus = status;
    this.retryAfter = facts.retryAfter;
  }
}

/** Says that a subgraph gave no answer; `cause` is for the log. */
export function subgraphFault(
  code: keyof typeof faults,
  subgraph: string,
  cause: unknown,
  facts: FaultFacts = {},
): SubgraphFault {
  return new SubgraphFault(code, subgraph, cause, facts);
}

/** What a fetch ends with when its signal is aborted: the operation's time is up, or the client has left. */
export function abortFault(subgraph: string, reason: unknown): GatewayError {
  if (reason instanceof GatewayError) return reason;
  if (isTimeUp(reason)) return subgraphFault('SUBGRAPH_TIMEOUT', subgraph, reason);
  return new GatewayError('REQUEST_TIMEOUT', `The request ended before the subgraph "${subgraph}" answered.`, {
    cause: reason,
  });
}

/** What undici's `error` means; `answered` says whether the head of an answer had arrived before. */
export function brokenCallFault(subgraph: string, error: Error, answered: boolean): Error {
  if (error instanceof errors.InvalidArgumentError) return error;
  const isMalformed =
    error instanceof errors.HTTPParserError ||
    error instanceof errors.HeadersOverflowError ||
    error instanceof errors.ResponseContentLengthMismatchError;
  if (isMalformed) return subgraphFault('SUBGRAPH_INVALID_RESPONSE', subgraph, error);
  const code = answered ? 'SUBGRAPH_INVALID_RESPONSE' : 'SUBGRAPH_UNREACHABLE';
  return subgraphFault(code, subgraph, error, { kind: 'connection' });
}
