import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { createManifest, type ManifestOutcome } from './manifest.ts';
import { parseManifest } from './parse-manifest.ts';

/** Most bytes of a manifest, or of all files of a folder together. */
const manifestMaxBytes = 64 * 1024 * 1024;

const extension = /\.(graphql|gql)$/;

/**
 * Reads a manifest: a JSON file, or a folder of `.graphql` and `.gql` files, folders within it included, where a document is
 * known by its SHA-256 and by its path without the extension. Never rejects.
 */
export async function readManifest(place: string): Promise<ManifestOutcome> {
  try {
    const found = await stat(place);
    if (found.isDirectory()) return await readFolder(place);
    return found.size > manifestMaxBytes ? tooLarge() : parseManifest(await readFile(place, 'utf8'));
  } catch (error) {
    return {
      kind: 'failed',
      problems: [`It cannot be read: ${error instanceof Error ? error.message : 'it failed'}.`],
    };
  }
}

async function readFolder(folder: string): Promise<ManifestOutcome> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => extension.test(name)).sort();
  const documents: { id: string; text: string }[] = [];
  let bytes = 0;
  for (const name of names) {
    const file = path.join(folder, name);
    bytes += (await stat(file)).size;
    if (bytes > manifestMaxBytes) return tooLarge();
    const id = name.replaceAll(path.sep, '/').replace(extension, '');
    documents.push({ id, text: await readFile(file, 'utf8') });
  }
  return createManifest(documents);
}

function tooLarge(): ManifestOutcome {
  return { kind: 'failed', problems: [`It has more than ${manifestMaxBytes / 1024 / 1024} MB.`] };
}
