import { GatewayError } from '../../errors.ts';
import type { OperationParams } from '../operation.ts';
import { documentIdMaxLength } from './manifest.ts';

/** How a request names its document. */
export type DocumentName =
  | { readonly kind: 'id'; readonly id: string }
  /** SHA-256 in lower-case hex. */
  | { readonly kind: 'digest'; readonly digest: string };

const sha256 = /^[0-9a-f]{64}$/i;
const prefix = 'sha256:';

/**
 * Reads `documentId` (https://github.com/graphql/graphql-over-http, "Persisted Documents") or `extensions.persistedQuery`;
 * `undefined` when a request has neither.
 *
 * @throws GatewayError BAD_REQUEST when it has both, or what it has cannot be an identifier
 */
export function readDocumentName({ documentId, extensions }: OperationParams): DocumentName | undefined {
  const persisted = extensions?.['persistedQuery'] ?? undefined;
  if (documentId === undefined) return persisted === undefined ? undefined : readPersisted(persisted);
  if (persisted !== undefined) {
    throw bad('The request names its document twice. Send "documentId" or "extensions.persistedQuery", not both.');
  }
  if (documentId === '' || documentId.length > documentIdMaxLength) {
    throw bad(`A "documentId" has 1 to ${documentIdMaxLength} characters.`);
  }
  const digest = documentId.startsWith(prefix) ? documentId.slice(prefix.length) : '';
  return sha256.test(digest) ? { kind: 'digest', digest: digest.toLowerCase() } : { kind: 'id', id: documentId };
}

function readPersisted(persisted: unknown): DocumentName {
  if (typeof persisted !== 'object' || persisted === null) throw malformed();
  const { version, sha256Hash }: { version?: unknown; sha256Hash?: unknown } = persisted;
  if (version !== 1 || typeof sha256Hash !== 'string' || !sha256.test(sha256Hash)) throw malformed();
  return { kind: 'digest', digest: sha256Hash.toLowerCase() };
}

function malformed(): GatewayError {
  return bad(
    '"extensions.persistedQuery" must be { "version": 1, "sha256Hash": "..." } with a SHA-256 in 64 hex digits.',
  );
}

function bad(message: string): GatewayError {
  return new GatewayError('BAD_REQUEST', message);
}
