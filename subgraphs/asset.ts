import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const packageRoot = join(createRequire(import.meta.url).resolve('overlock/package.json'), '..');

/**
 * Path of a file of this folder that is not code, such as `accounts.graphql`. The compiler leaves those where they
 * are, so it is the same path whether this runs from `subgraphs/` or from `dist/subgraphs/`.
 */
export function assetPath(name: string): string {
  return join(packageRoot, 'subgraphs', name);
}

/** Text of a file of this folder. */
export function readAsset(name: string): string {
  return readFileSync(assetPath(name), 'utf8');
}
