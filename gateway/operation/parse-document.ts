import { type DocumentNode, GraphQLError, parse, Source } from 'graphql';
import type { LimitsConfig } from '../config/limits.ts';
import { BoundedLexer } from './bounded-lexer.ts';
import { toRefusal } from './to-refusal.ts';

/**
 * The document of a text that is within the limits that can be seen in its tokens. Its nodes have no locations: they
 * would be two thirds of the memory of a cached operation.
 *
 * @throws GatewayError PAYLOAD_TOO_LARGE, GRAPHQL_PARSE_FAILED, MAX_TOKENS_LIMIT, MAX_DEPTH_LIMIT or MAX_DIRECTIVES_LIMIT.
 */
export function parseDocument(text: string, limits: LimitsConfig): DocumentNode {
  try {
    const lexer = new BoundedLexer(text, limits);
    return parse(lexer.source, { lexer, noLocation: true });
  } catch (error) {
    throw error instanceof GraphQLError ? toRefusal('GRAPHQL_PARSE_FAILED', [error]) : error;
  }
}

/** The same document with locations, of a text that {@link parseDocument} took. */
export function parseWithLocations(text: string): DocumentNode {
  const source = new Source(text);
  const document = parse(source);
  // Each error of graphql-js searches the text for each of its nodes, which may be thousands. Tokens know their line anyway.
  source.body = '';
  return document;
}
