import type { GraphQLFormattedError } from 'graphql';

/** What each code means and the HTTP status of a refusal with it; field errors carry the code alone. */
export const errorCodes = {
  BAD_REQUEST: { status: 400, meaning: 'The HTTP request is not a GraphQL-over-HTTP request.' },
  NOT_FOUND: { status: 404, meaning: 'There is nothing at this path.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    meaning: 'The endpoint does not take this HTTP method, or takes it for queries only.',
  },
  NOT_ACCEPTABLE: { status: 406, meaning: 'None of the media types of the Accept header can be answered.' },
  CLIENT_TIMEOUT: { status: 408, meaning: 'The client took too long to send its request.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, meaning: 'The body has a content type or encoding that is not understood.' },
  URI_TOO_LONG: { status: 414, meaning: 'The URL is longer than listen.urlBytes.' },
  EXPECTATION_FAILED: { status: 417, meaning: 'The Expect header asks for something else than 100-continue.' },
  HEADERS_TOO_LARGE: { status: 431, meaning: 'The request headers are larger than listen.headerBytes.' },
  GRAPHQL_PARSE_FAILED: { status: 400, meaning: 'The document is not GraphQL.' },
  GRAPHQL_VALIDATION_FAILED: { status: 400, meaning: 'The document does not fit the schema.' },
  BAD_USER_INPUT: { status: 400, meaning: 'A variable has a value that its type does not allow.' },
  OPERATION_RESOLUTION_FAILURE: { status: 400, meaning: 'It is not clear which operation of the document to run.' },
  PERSISTED_QUERY_NOT_FOUND: { status: 200, meaning: 'The document of this hash is not known; send it with its text.' },
  PERSISTED_QUERY_NOT_SUPPORTED: { status: 200, meaning: 'Documents cannot be sent as hashes here; send the text.' },
  TRUSTED_DOCUMENT_REQUIRED: { status: 400, meaning: 'Only documents that were registered beforehand are run.' },
  CSRF_PREVENTION_FAILED: { status: 403, meaning: 'A browser could have sent this request without its user knowing.' },
  INTROSPECTION_DISABLED: { status: 400, meaning: 'The schema cannot be asked for here.' },
  UNAUTHENTICATED: { status: 401, meaning: 'Credentials are missing or not accepted.' },
  STEP_UP_REQUIRED: { status: 401, meaning: 'The user must sign in again, in a stronger way or more recently.' },
  FORBIDDEN: { status: 403, meaning: 'The identity may not do this.' },
  INPUT_REJECTED: { status: 400, meaning: 'A value breaks one of the rules of inputRules.' },
  COST_LIMIT_EXCEEDED: { status: 400, meaning: 'The operation would cost more than is allowed.' },
  RATE_LIMITED: { status: 429, meaning: 'Too many requests; wait as long as Retry-After says.' },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    meaning: 'The Idempotency-Key was sent before with another operation or other variables.',
  },
  IDEMPOTENCY_KEY_IN_USE: {
    status: 409,
    meaning: 'The mutation with this Idempotency-Key is still being run, or was run and its answer is lost.',
  },
  IDEMPOTENCY_UNAVAILABLE: {
    status: 503,
    meaning: 'Idempotency-Keys cannot be checked now, so that nothing was run; try again with the same key.',
  },
  BLOCKED: { status: 503, meaning: 'An operator has blocked this for a while; wait as long as Retry-After says.' },
  SUNSET: {
    status: 410,
    meaning: 'The operation uses something with @sunset that is switched off, for a while or for good.',
  },
  PAYLOAD_TOO_LARGE: { status: 413, meaning: 'The body is larger than limits.bodyBytes.' },
  MAX_TOKENS_LIMIT: { status: 400, meaning: 'The document has more tokens than limits.tokens.' },
  MAX_DEPTH_LIMIT: { status: 400, meaning: 'Fields are nested deeper than limits.depth.' },
  MAX_ALIASES_LIMIT: { status: 400, meaning: 'More fields are aliased than limits.aliases.' },
  MAX_ROOT_FIELDS_LIMIT: { status: 400, meaning: 'More root fields are selected than limits.rootFields.' },
  MAX_SELECTIONS_LIMIT: {
    status: 400,
    meaning: 'More fields are selected than limits.selections, fragments followed.',
  },
  MAX_DIRECTIVES_LIMIT: { status: 400, meaning: 'The document has more directives than limits.directives.' },
  MAX_LIST_LENGTH_LIMIT: {
    status: 400,
    meaning: 'A list in an argument or a variable is longer than limits.listLength.',
  },
  MAX_INPUT_DEPTH_LIMIT: {
    status: 400,
    meaning: 'Lists and input objects of an argument or a variable are nested deeper than limits.inputDepth.',
  },
  OVERLOADED: { status: 503, meaning: 'More requests are in flight than the gateway takes; try again later.' },
  REQUEST_TIMEOUT: { status: 504, meaning: 'The operation took longer than traffic.operation.timeout.' },
  SUBGRAPH_UNREACHABLE: { status: 502, meaning: 'A subgraph could not be reached.' },
  SUBGRAPH_TIMEOUT: { status: 504, meaning: 'A subgraph did not answer in time.' },
  SUBGRAPH_HTTP_ERROR: { status: 502, meaning: 'A subgraph answered with an HTTP error.' },
  SUBGRAPH_CIRCUIT_OPEN: { status: 503, meaning: 'A subgraph failed so often that it is not asked for a while.' },
  SUBGRAPH_OVERLOADED: {
    status: 503,
    meaning:
      'More fetches wait for a subgraph than traffic.maxQueued allows, or as many subscriptions to it are open as traffic.maxStreams; try again later.',
  },
  SUBGRAPH_BLOCKED: { status: 503, meaning: 'An operator has blocked a subgraph, so it is not asked for a while.' },
  SUBGRAPH_INVALID_RESPONSE: { status: 502, meaning: 'A subgraph answered something that is not what was asked for.' },
  SUBGRAPH_ERROR: { status: 502, meaning: 'A subgraph answered an error without a code of its own.' },
  INTERNAL_SERVER_ERROR: { status: 500, meaning: 'A fault of the gateway; its log has the request id.' },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly meaning: string }>>;

/** The closed set of codes that the gateway itself puts into `extensions.code`. */
export type ErrorCode = keyof typeof errorCodes;

/** Whether a code says that a document or its variables are above one of `limits`. */
export function isLimitCode(code: ErrorCode): boolean {
  return code.startsWith('MAX_') || code === 'PAYLOAD_TOO_LARGE';
}

export interface GatewayErrorOptions {
  /** For the log only; never sent to a client. */
  readonly cause?: unknown;
  /** Response headers of the refusal, such as `allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** More members for the error's `extensions`, safe for the client. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** When there are several things to say, or places in the document to point at: what clients get instead of `message`. */
  readonly errors?: readonly GraphQLFormattedError[];
}

/**
 * Makes errors that do not know where they were made, until what is returned is called. To find that out, and to write it down, is most of
 * what a refusal costs, and of refusals there may be thousands a second, whose code says all there is to know.
 */
export function withoutStack(): () => void {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  return () => {
    Error.stackTraceLimit = stackTraceLimit;
  };
}

/**
 * A refusal, or a field error before it has a path. `message` is for the client: a sentence made of what the client
 * sent and of nothing internal, that says what to do next when there is something to do.
 */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly errors: readonly GraphQLFormattedError[] | undefined;

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    const restore = withoutStack();
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    restore();
    this.name = 'GatewayError';
    this.code = code;
    this.headers = options.headers ?? {};
    this.extensions = options.extensions ?? {};
    this.errors = options.errors;
  }

  /** HTTP status of a refusal with this code. */
  get status(): number {
    return errorCodes[this.code].status;
  }
}
