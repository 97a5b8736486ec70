import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { ClientRequest } from '../transport/send.ts';

/** What a subgraph brought for the client. */
export type BroughtHeaders = Parameters<NonNullable<ClientRequest['onSubgraphHeaders']>>;

/** An answer as it is kept: with the headers that it came with. */
export interface KeptAnswer {
  readonly answer: ExecutionResult;
  readonly brought: readonly BroughtHeaders[];
}

/** An answer as text. */
export function writeAnswer({ answer, brought }: KeptAnswer): string {
  const { data, errors, extensions } = answer;
  const headers = brought.map(([subgraph, values]) => [subgraph, [...values]]);
  return JSON.stringify({ data, errors, extensions, headers });
}

/** The answer that a text of `writeAnswer` is. */
export function readAnswer(text: string): KeptAnswer {
  const { data, errors, extensions, headers } = JSON.parse(text) as WrittenAnswer;
  return {
    answer: {
      ...(data !== undefined && { data }),
      ...(errors && { errors: errors.map(toError) }),
      ...(extensions && { extensions }),
    },
    brought: headers.map(([subgraph, values]) => [subgraph, new Map(values)]),
  };
}

interface WrittenAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: Record<string, unknown>;
  readonly headers: readonly (readonly [string, readonly (readonly [string, string | readonly string[]])[]])[];
}

function toError({ message, path, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { path, extensions });
}
