import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { DocumentsConfig } from '../../config/documents.ts';
import { GatewayError } from '../../errors.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { OperationParams } from '../operation.ts';
import { emptyManifest, type Manifest, type ManifestOutcome } from './manifest.ts';
import { type DocumentName, readDocumentName } from './read-document-name.ts';
import { RegisteredDocuments } from './registered-documents.ts';

export interface DocumentsDependencies {
  /** Reads the manifest at `config.manifest`. */
  readonly readManifest: (place: string) => Promise<ManifestOutcome>;
  readonly log: Logger;
  /** Told of each request for a document that is not trusted, in the modes that look at it. */
  readonly onUntrusted?: ((mode: 'audit' | 'enforce') => void) | undefined;
}

/** Turns what a request says of its document into the document's text. */
export interface Documents {
  /**
   * The parameters with their text, by `documentId`, by the hash of `extensions.persistedQuery`, or as they are. Parameters that
   * name no document and have no text are left to the reader.
   * @throws GatewayError when the document is not known or may not be run
   */
  readonly resolve: (params: OperationParams) => OperationParams;
  /** Reads the manifest, at first or anew; on any problem the one at work stays, which at first trusts nothing. Never rejects. */
  readonly reload: () => Promise<readonly string[]>;
}

/** Untrusted documents that are logged once each. */
const auditedMaxCount = 10_000;

/** Creates the documents of a configuration. Without `reload` none is trusted. */
export function createDocuments(
  config: DocumentsConfig,
  { readManifest, log, onUntrusted }: DocumentsDependencies,
): Documents {
  const { mode } = config;
  const registered = config.apq && mode !== 'enforce' ? new RegisteredDocuments(config.apqBytes) : undefined;
  const audit = createAudit(log);
  let manifest = emptyManifest;

  return {
    resolve(params) {
      const name = readDocumentName(params);
      const { query } = params;
      if (name === undefined && query === undefined) return params;
      const trusted = name && findTrusted(manifest, name);
      if (trusted !== undefined) return withText(params, trusted);
      if (query !== undefined) {
        if (name?.kind === 'digest') assertDigest(name.digest, query);
        if (manifest.texts.has(query)) return params;
      }
      if (mode !== 'off') onUntrusted?.(mode);
      if (mode === 'enforce') throw untrusted(name);
      const text = query ?? findRegistered(registered, name);
      if (name?.kind === 'digest') registered?.keep(name.digest, text);
      if (mode === 'audit') audit(text, params.operationName);
      return withText(params, text);
    },
    async reload() {
      if (mode === 'off' || config.manifest === undefined) return [];
      const outcome = await readManifest(config.manifest);
      if (outcome.kind === 'failed') return outcome.problems;
      manifest = outcome.manifest;
      return [];
    },
  };
}

/** Apollo's clients send identifiers of a manifest as if they were hashes of automatic persisted queries. */
function findTrusted({ byId, byDigest }: Manifest, name: DocumentName): string | undefined {
  if (name.kind === 'id') return byId.get(name.id) ?? byDigest.get(name.id);
  return byId.get(name.digest) ?? byId.get(`sha256:${name.digest}`) ?? byDigest.get(name.digest);
}

/** The messages about hashes are those that clients look for which do not know codes. */
function findRegistered(registered: RegisteredDocuments | undefined, name: DocumentName | undefined): string {
  if (name?.kind !== 'digest') {
    throw new GatewayError('PERSISTED_QUERY_NOT_FOUND', 'No document has this "documentId". Send its text as "query".');
  }
  if (registered === undefined) throw new GatewayError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
  const text = registered.find(name.digest);
  if (text === undefined) throw new GatewayError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
  return text;
}

function assertDigest(digest: string, text: string): void {
  if (hash('sha256', text) === digest) return;
  throw new GatewayError(
    'BAD_REQUEST',
    'The hash that names the document is not the SHA-256 of the text in "query". Compute it over the very same text.',
  );
}

/** @throws GatewayError BAD_REQUEST when a request names one document and brings another */
function withText(params: OperationParams, text: string): OperationParams {
  if (params.query === text) return params;
  if (params.query === undefined) return { ...params, query: text };
  throw new GatewayError(
    'BAD_REQUEST',
    'The request names a document by its identifier and has another text in "query". Send one of them.',
  );
}

function untrusted(name: DocumentName | undefined): GatewayError {
  return new GatewayError(
    'TRUSTED_DOCUMENT_REQUIRED',
    name === undefined
      ? 'Only registered documents are run here. Register this one, and send its identifier as "documentId".'
      : 'The document of this identifier is not registered. Register it before it is used.',
  );
}

function createAudit(log: Logger): (text: string, operationName: string | undefined) => void {
  const seen = new LRUCache<string, true>({ max: auditedMaxCount });
  return (text, operationName) => {
    const sha256 = hash('sha256', text);
    if (seen.has(sha256)) return;
    seen.set(sha256, true);
    log.warn('A document that is not trusted was run.', { sha256, operationName: operationName?.slice(0, 200) });
  };
}
