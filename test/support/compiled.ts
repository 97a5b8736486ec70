import path from 'node:path';
import { compileOverlock } from '../../bench/harness/compile-overlock.ts';
import { onceARun } from './once-a-run.ts';

/**
 * Where a source file is, such as `gateway/main.js`, as it is compiled for a release from what the sources are now: processes
 * that load the sources themselves take twice as long to start.
 */
export async function compiled(file: string): Promise<string> {
  return path.join(await onceARun('compiled', compileOverlock), file);
}
