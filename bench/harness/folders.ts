import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where profiles and logs go; not kept in the repository. */
export function resultsFolder(): string {
  const folder = fileURLToPath(new URL('../results/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  return folder;
}
