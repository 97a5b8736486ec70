const callFailures = {
  SUBGRAPH_UNREACHABLE: 'The subgraph could not be reached.',
  SUBGRAPH_TIMEOUT: 'The subgraph did not answer in time.',
  SUBGRAPH_CIRCUIT_OPEN: 'The subgraph failed often and is not asked for a while; try again later.',
  SUBGRAPH_HTTP_ERROR: 'The subgraph answered with an HTTP error.',
  SUBGRAPH_INVALID_RESPONSE: 'The subgraph answered something that cannot be used.',
  OVERLOADED: 'The subgraph has too many requests in flight; try again later.',
  REQUEST_TIMEOUT: 'The operation took too long.',
} as const;

type CallFailureCode = keyof typeof callFailures;

/** The codes of the errors that a REST subgraph answers. */
export type RestErrorCode = CallFailureCode | 'BAD_USER_INPUT' | 'COST_LIMIT_EXCEEDED';

/** A field error on its way into the answer: `message` and `extensions` are for the client. */
export class RestError extends Error {
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    code: RestErrorCode,
    message: string,
    options: { readonly extensions?: Readonly<Record<string, unknown>>; readonly cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'RestError';
    this.extensions = { code, ...options.extensions };
  }
}

/** What a rejected call means to the client: its code when that is one of ours, and a message of our own. */
export function toCallError(reason: unknown): RestError {
  if (reason instanceof RestError) return reason;
  const code = typeof reason === 'object' && reason !== null && 'code' in reason ? reason.code : undefined;
  const known = isCallFailureCode(code) ? code : 'SUBGRAPH_UNREACHABLE';
  return new RestError(known, callFailures[known], { cause: reason });
}

function isCallFailureCode(code: unknown): code is CallFailureCode {
  return typeof code === 'string' && Object.hasOwn(callFailures, code);
}
