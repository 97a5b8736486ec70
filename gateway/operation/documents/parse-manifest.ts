import { createManifest, type ManifestOutcome } from './manifest.ts';

/**
 * Parses a manifest in JSON: `{ id: text }`, as Relay and others write it, or Apollo's, which has a format and a list of
 * operations.
 *
 * @see https://www.apollographql.com/docs/graphos/platform/security/persisted-queries#manifest-format
 */
export function parseManifest(json: string): ManifestOutcome {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return failed('It is not valid JSON.');
  }
  if (!isObject(parsed)) return failed('It must be a JSON object.');
  if (typeof parsed['format'] === 'string' && Array.isArray(parsed['operations'])) return parseApollo(parsed);
  const entries = Object.entries(parsed);
  const other = entries.find(([, text]) => typeof text !== 'string');
  if (other !== undefined) return failed(`The text of document ${JSON.stringify(other[0])} must be a string.`);
  return createManifest(entries.flatMap(([id, text]) => (typeof text === 'string' ? { id, text } : [])));
}

const apolloFormat = 'apollo-persisted-query-manifest';

function parseApollo(manifest: Readonly<Record<string, unknown>>): ManifestOutcome {
  const { format, operations } = manifest;
  if (format !== apolloFormat) return failed(`Its format is not known; only "${apolloFormat}" is.`);
  const documents: { id: string; text: string }[] = [];
  for (const [index, operation] of (Array.isArray(operations) ? operations : []).entries()) {
    if (!isObject(operation) || typeof operation['id'] !== 'string' || typeof operation['body'] !== 'string') {
      return failed(`Operation ${index + 1} must have an "id" and a "body".`);
    }
    documents.push({ id: operation['id'], text: operation['body'] });
  }
  return createManifest(documents);
}

function failed(problem: string): ManifestOutcome {
  return { kind: 'failed', problems: [problem] };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
