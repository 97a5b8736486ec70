import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const repository = path.resolve(import.meta.dirname, '../..');

/** Overlock as its sources are now, compiled as for a release. */
export interface BuiltOverlock {
  /** The command line. */
  readonly main: string;
  readonly remove: () => Promise<void>;
}

/** Compiles Overlock to a folder of its own: `dist/` may be older than the sources. */
export async function buildOverlock(): Promise<BuiltOverlock> {
  const folder = await mkdtemp(path.join(tmpdir(), 'overlock-build-'));
  const inRepository = (name: string) => path.join(repository, name);
  await symlink(inRepository('node_modules'), path.join(folder, 'node_modules'));
  await copyFile(inRepository('package.json'), path.join(folder, 'package.json'));
  const outDir = path.join(folder, 'dist');
  const flags = ['--noCheck', '--declaration', 'false', '--sourceMap', 'false', '--outDir', outDir];
  const compiler = inRepository('node_modules/.bin/tsc');
  await promisify(execFile)(compiler, ['-p', inRepository('tsconfig.build.json'), ...flags]);
  return {
    main: path.join(outDir, 'gateway/main.js'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
