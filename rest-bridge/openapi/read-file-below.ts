import { readFile, realpath } from 'node:fs/promises';
import { resolve, sep } from 'node:path';

/**
 * Reads files of a folder by their path below it, links followed.
 * @returns a reader that rejects for a path that leads out of the folder
 */
export function readFileBelow(baseDir: string): (path: string) => Promise<string> {
  return async (path) => {
    const base = await realpath(resolve(baseDir));
    const file = await realpath(resolve(base, path));
    if (!file.startsWith(base + sep)) throw new Error('The file is outside the folder of the document.');
    return readFile(file, 'utf8');
  };
}
