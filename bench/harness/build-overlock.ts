import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compileOverlock } from './compile-overlock.ts';

/** Overlock as its sources are now, compiled as for a release. */
export interface BuiltOverlock {
  /** The command line. */
  readonly main: string;
  readonly remove: () => Promise<void>;
}

/** Compiles Overlock to a folder of its own: `dist/` may be older than the sources. */
export async function buildOverlock(): Promise<BuiltOverlock> {
  const folder = await mkdtemp(path.join(tmpdir(), 'overlock-build-'));
  return {
    main: path.join(await compileOverlock(folder), 'gateway/main.js'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
