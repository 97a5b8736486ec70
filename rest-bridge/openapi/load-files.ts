import { openapiLimits } from './limits.ts';
import { OpenapiError } from './openapi-error.ts';
import { parseDocument } from './parse-document.ts';
import { ownText } from './place.ts';
import { normalizeReference } from './reference-target.ts';
import type { DocumentFiles } from './references.ts';

/** Reads a file by its path below the folder of the main document. */
export type ReadFile = (path: string) => Promise<string>;

/**
 * Parses the main document and the files that it and they refer to.
 * A file that cannot be had is not an error here: its `$ref` may stand in an example that nothing follows.
 * @throws {OpenapiError} when a text is neither JSON nor YAML, or there is too much of it
 */
export async function loadFiles(document: string, readFile: ReadFile | undefined): Promise<DocumentFiles> {
  const files = new Map<string, { readonly value: unknown } | string>();
  let bytes = 0;
  const add = async (file: string, text: string): Promise<void> => {
    bytes += Buffer.byteLength(text);
    if (bytes > openapiLimits.bytes || files.size >= openapiLimits.files) {
      const most = `${openapiLimits.bytes / 1024 / 1024} MB in ${openapiLimits.files} files`;
      throw new OpenapiError([{ pointer: file, message: `The document is larger than ${most}. Split it.` }]);
    }
    const value = await parseDocument(text, file);
    files.set(file, { value });
    for (const name of referencedFiles(value, file)) {
      if (files.has(name)) continue;
      // Kept at once, so that two files that refer to each other end.
      files.set(name, `The file ${name} cannot be read. Only files below the folder of the document are.`);
      const text = await readFile?.(name).catch(() => undefined);
      if (text === undefined) continue;
      files.delete(name);
      await add(name, text);
    }
  };
  await add('', document);
  return files;
}

function referencedFiles(root: unknown, file: string): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<object>();
  const waiting: unknown[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (typeof node !== 'object' || node === null || seen.has(node)) continue;
    seen.add(node);
    const reference = ownText(node, '$ref');
    const target =
      reference === undefined || reference.startsWith('#') ? undefined : normalizeReference(reference, file);
    if (typeof target === 'object') found.add(target.file);
    for (const inner of Object.values(node)) if (typeof inner === 'object' && inner !== null) waiting.push(inner);
  }
  return found;
}
