import { execFile } from 'node:child_process';
import { copyFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const repository = path.resolve(import.meta.dirname, '../..');

/** Compiles the sources as for a release and makes `folder` a package of it; resolves with where `gateway/` and the others are. */
export async function compileOverlock(folder: string): Promise<string> {
  const inRepository = (name: string) => path.join(repository, name);
  for (const name of ['node_modules', 'subgraphs']) await symlink(inRepository(name), path.join(folder, name));
  await copyFile(inRepository('package.json'), path.join(folder, 'package.json'));
  const outDir = path.join(folder, 'dist');
  const compile = (project: string, to: string) => {
    const flags = ['--noCheck', '--declaration', 'false', '--sourceMap', 'false', '--outDir', to];
    return promisify(execFile)(inRepository('node_modules/.bin/tsc'), ['-p', inRepository(project), ...flags]);
  };
  await compile('tsconfig.build.json', outDir);
  // The console's page is compiled with the gateway, its scripts for browsers.
  await compile('console/app/tsconfig.json', path.join(outDir, 'console'));
  return outDir;
}
