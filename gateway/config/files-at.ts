import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The files of a folder in order of their names, without hidden ones and folders; for anything else the path itself. */
export async function filesAt(path: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    // Secrets are mounted as links to files in a hidden folder.
    const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'));
    return files.map(({ name }) => join(path, name)).sort();
  } catch {
    return [path];
  }
}
