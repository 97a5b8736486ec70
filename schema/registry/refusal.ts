/** What each code means and its HTTP status. */
const refusalCodes = {
  BAD_REQUEST: { status: 400, meaning: 'The request is not what this path takes.' },
  INVALID_NAME: { status: 400, meaning: 'A name holds characters that names may not have.' },
  UNAUTHENTICATED: { status: 401, meaning: 'The token is missing, unknown, expired or revoked.' },
  FORBIDDEN: { status: 403, meaning: 'The token may not do this.' },
  NOT_FOUND: { status: 404, meaning: 'There is nothing at this path.' },
  UNKNOWN_GRAPH: { status: 404, meaning: 'There is no such variant of a graph.' },
  UNKNOWN_SUBGRAPH: { status: 404, meaning: 'The variant has no such subgraph.' },
  UNKNOWN_VERSION: { status: 404, meaning: 'The variant has no such version, or none at all yet.' },
  METHOD_NOT_ALLOWED: { status: 405, meaning: 'The path does not take this HTTP method.' },
  STALE_BASE: { status: 409, meaning: 'Somebody else made a version since the one that the change is based on.' },
  BREAKING_CHANGE: { status: 409, meaning: 'The change would break clients that use what it takes away.' },
  APPROVALS_MISSING: { status: 409, meaning: 'Breaking changes need approvals that nobody has given yet.' },
  CANARY_RUNNING: { status: 409, meaning: 'A version of the variant is tried with a part of the clients.' },
  NO_CANARY: { status: 404, meaning: 'No version of the variant is tried at the moment.' },
  CONTRACT_IS_DERIVED: {
    status: 409,
    meaning: 'The variant is a contract: its versions come from the variant that it filters.',
  },
  PAYLOAD_TOO_LARGE: { status: 413, meaning: 'The body or a schema in it is larger than is taken.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, meaning: 'The body has a content type or encoding that is not understood.' },
  COMPOSITION_FAILED: { status: 422, meaning: 'The subgraphs do not compose; problems says why.' },
  TOO_COMPLEX: { status: 422, meaning: 'The schemas take more time or memory than is given to them.' },
  PRIVATE_URL: { status: 422, meaning: 'The URL leads to a private address, which this registry refuses.' },
  INTERNAL_ERROR: { status: 500, meaning: 'A fault of the registry; its log has more.' },
  OVERLOADED: { status: 503, meaning: 'Too much is being done at once; try again later.' },
  STORE_UNAVAILABLE: { status: 503, meaning: 'The database cannot be used now.' },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly meaning: string }>>;

/** The closed set of codes that the registry answers. */
export type RefusalCode = keyof typeof refusalCodes;

interface RefusalOptions {
  /** For the log only. */
  readonly cause?: unknown;
  /** More members for the answer, such as `problems`. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The registry does not do what was asked; the message is a sentence for who asked. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: RefusalCode, message: string, { cause, details = {} }: RefusalOptions = {}) {
    super(message, { cause });
    this.code = code;
    this.details = details;
  }

  /** The HTTP status of its code. */
  get status(): number {
    return refusalCodes[this.code].status;
  }
}
