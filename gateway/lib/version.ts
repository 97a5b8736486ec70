import { createRequire } from 'node:module';

// The package's own name leads to its package.json from the sources and from `dist` alike.
const manifest: { readonly version: string } = createRequire(import.meta.url)('overlock/package.json');

/** The version of this package. */
export const version = manifest.version;
