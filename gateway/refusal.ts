import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { GatewayError } from './errors.ts';
import type { Logger } from './telemetry/logger.ts';

/**
 * Refusals about the document or its variables. Clients that accept only `application/json` get them with status 200, for they
 * read the status as the transport's (https://graphql.github.io/graphql-over-http/draft/#sec-application-json).
 */
const documentCodes: ReadonlySet<string> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

/** What a client is told instead of data. */
export interface Refusal {
  readonly status: number;
  /** Whether a client that accepts only `application/json` gets status 200 all the same. */
  readonly aboutDocument: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly GraphQLFormattedError[];
}

/** The one door for whatever was thrown: what the client may see of it. A fault is logged whole and loses its text. */
export function toRefusal(error: unknown, log: Logger, requestId: string): Refusal {
  if (error instanceof GatewayError) {
    const errors = error.errors ?? [{ message: error.message, extensions: { code: error.code, ...error.extensions } }];
    return { status: error.status, aboutDocument: documentCodes.has(error.code), headers: error.headers, errors };
  }
  log.error('A request failed unexpectedly.', { requestId, error });
  const errors = [{ message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }];
  return { status: 500, aboutDocument: false, headers: {}, errors };
}

/** A refusal in the place of a result. Yoga takes the status of a stream from the errors, and its text from `stringify`. */
export class RefusedResult implements ExecutionResult {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    this.refusal = refusal;
  }

  get errors(): readonly GraphQLError[] {
    const { status, aboutDocument, headers, errors } = this.refusal;
    const http = { status, spec: aboutDocument, headers };
    return errors.map(({ message }) => new GraphQLError(message, { extensions: { http } }));
  }

  readonly stringify = (): string => JSON.stringify({ errors: this.refusal.errors });
}
