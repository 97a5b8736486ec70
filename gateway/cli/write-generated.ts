import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { generatedFiles } from './generated-files.ts';

// Run by `npm run build`. The package's own name leads to its root from the sources and from `dist` alike.
const root = dirname(createRequire(import.meta.url).resolve('overlock/package.json'));

const launcher = "#!/usr/bin/env node\nimport './gateway/main.js';\n";

for (const [path, text] of generatedFiles()) {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
await writeFile(join(root, 'dist/main.js'), launcher, { mode: 0o755 });
