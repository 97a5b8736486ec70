import { GraphQLError } from 'graphql';
import { RestError } from './rest-error.ts';

/** An error of graphql-js as clients may see it: with a code and the subgraph's name, and nothing that the backend said. */
export function toFieldError(error: GraphQLError, subgraph: string): GraphQLError {
  const { path, originalError } = error;
  const { message, extensions } = describe(error);
  return new GraphQLError(message, { path, originalError, extensions: { ...extensions, subgraph } });
}

function describe(error: GraphQLError): Pick<GraphQLError, 'message' | 'extensions'> {
  const { message, path, originalError } = error;
  if (originalError instanceof RestError) return { message, extensions: originalError.extensions };
  // Variables are coerced before anything has a path; arguments fail with a GraphQLError of their own.
  if (path === undefined || originalError instanceof GraphQLError) {
    return { message, extensions: { code: 'BAD_USER_INPUT' } };
  }
  if (message.startsWith('Cannot return null for non-nullable field')) {
    return { message, extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' } };
  }
  return { message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}
