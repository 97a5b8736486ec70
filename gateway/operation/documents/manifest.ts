import { hash } from 'node:crypto';

/** Documents that may be run, as they were registered. */
export interface Manifest {
  /** Texts by identifier. */
  readonly byId: ReadonlyMap<string, string>;
  /** Texts by their SHA-256 in hex. */
  readonly byDigest: ReadonlyMap<string, string>;
  readonly texts: ReadonlySet<string>;
}

export type ManifestOutcome =
  | { readonly kind: 'read'; readonly manifest: Manifest }
  | { readonly kind: 'failed'; readonly problems: readonly string[] };

/** Longest identifier of a document, in UTF-16 code units: any digest with a prefix fits. */
export const documentIdMaxLength = 256;

const documentsMaxCount = 100_000;

/** Most problems that are told of one manifest. */
const problemsMaxCount = 20;

/** No documents at all. */
export const emptyManifest: Manifest = { byId: new Map(), byDigest: new Map(), texts: new Set() };

/**
 * A manifest of identifiers and texts, or everything that is wrong with it. An identifier may come twice with the same text;
 * a text without one is known by its digest alone.
 */
export function createManifest(
  documents: Iterable<{ readonly id: string | undefined; readonly text: string }>,
): ManifestOutcome {
  const byId = new Map<string, string>();
  const byDigest = new Map<string, string>();
  const problems: string[] = [];
  for (const { id, text } of documents) {
    if (byDigest.size > documentsMaxCount || problems.length === problemsMaxCount) break;
    const fault = faultOf(id, text, byId);
    if (fault !== undefined) problems.push(fault);
    else {
      byDigest.set(hash('sha256', text), text);
      if (id !== undefined) byId.set(id, text);
    }
  }
  if (byDigest.size > documentsMaxCount) problems.push(`It has more than ${documentsMaxCount} documents.`);
  if (problems.length > 0) return { kind: 'failed', problems };
  return { kind: 'read', manifest: { byId, byDigest, texts: new Set(byDigest.values()) } };
}

function faultOf(id: string | undefined, text: string, byId: ReadonlyMap<string, string>): string | undefined {
  const name = id === undefined ? 'A document' : `Document ${JSON.stringify(id.slice(0, documentIdMaxLength))}`;
  if (text.trim() === '') return `${name} is empty.`;
  if (id === undefined) return undefined;
  if (id === '') return 'A document has an empty identifier.';
  if (id.length > documentIdMaxLength)
    return `${name} has an identifier of more than ${documentIdMaxLength} characters.`;
  const other = byId.get(id);
  return other === undefined || other === text ? undefined : `${name} is there twice, with different texts.`;
}
