import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import type { Logger } from '../telemetry/logger.ts';
import { FieldError } from './field-error.ts';

/** The errors of an answer as clients may see them; faults among them are logged whole and lose their text. */
export function toClientErrors(errors: readonly GraphQLError[], log: Logger, requestId: string): GraphQLError[] {
  return errors.map((error) => toClientError(error, log, requestId));
}

function toClientError(error: GraphQLError, log: Logger, requestId: string): GraphQLError {
  const place = { nodes: error.nodes ?? null, path: error.path ?? null };
  const origin = originOf(error);
  if (origin instanceof FieldError)
    return new GraphQLError(origin.message, { ...place, extensions: origin.extensions });
  if (nullMessagePattern.test(origin.message)) return unfit(origin.message, place);
  if (origin instanceof GraphQLError) return unfit('A subgraph answered a value that does not fit the schema.', place);
  log.error('A field could not be resolved.', { requestId, path: error.path?.join('.'), error: origin });
  return new GraphQLError('Unexpected error.', { ...place, extensions: { code: 'INTERNAL_SERVER_ERROR' } });
}

function unfit(message: string, place: Pick<GraphQLErrorOptions, 'nodes' | 'path'>): GraphQLError {
  return new GraphQLError(message, { ...place, extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' } });
}

/** The one message of graphql-js' value completion that holds names of the schema and no value of a subgraph. */
const nullMessagePattern = /^Cannot return null for non-nullable field \w+\.\w+\.$/;

/** What an error goes back to: the first field error on its way down, else its deepest origin. */
function originOf(error: Error): Error {
  let origin = error;
  for (let depth = 0; depth < 20 && !(origin instanceof FieldError); depth++) {
    const deeper: unknown = origin instanceof AggregateError ? origin.errors[0] : originalErrorOf(origin);
    if (!(deeper instanceof Error)) break;
    origin = deeper;
  }
  return origin;
}

function originalErrorOf(error: Error): Error | undefined {
  return error instanceof GraphQLError ? error.originalError : undefined;
}
