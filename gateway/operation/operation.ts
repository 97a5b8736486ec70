import type { DocumentNode, OperationDefinitionNode } from 'graphql';

/** What a client sent, checked for its JSON shape only (GraphQL over HTTP, "Request Parameters"). */
export interface OperationParams {
  readonly query?: string | undefined;
  /** Names a trusted document in the place of its text. */
  readonly documentId?: string | undefined;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** A document that was parsed, validated and held against the limits, with the operation chosen. Shared between requests. */
export interface Operation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly name: string | undefined;
  /** SHA-256 of the text and the chosen operation's name, in hex: tells operations apart in caches, logs and usage. */
  readonly hash: string;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  /** Whether the document asks for the schema anywhere. */
  readonly introspects: boolean;
  /** Whether nothing but `__schema`, `__type` and `__typename` is selected at the root. */
  readonly introspectionOnly: boolean;
}
