import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Load, LoadReport } from './load.ts';

const script = fileURLToPath(new URL('load.lua', import.meta.url));

let found: boolean | undefined;

/** Whether `wrk` is on the PATH. */
export function hasWrk(): boolean {
  // Asked for its version, wrk prints it and answers 1.
  found ??= spawnSync('wrk', ['--version']).error === undefined;
  return found;
}

export async function loadWithWrk(load: Load): Promise<LoadReport> {
  const { url, body, authorization, authorizations, connections, seconds } = load;
  const flags = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '30s', '-s', script, url];
  const { stdout } = await promisify(execFile)('wrk', [...flags, '--', body, authorization, String(authorizations)]);
  const report = /^report (.*)$/m.exec(stdout)?.[1];
  if (report === undefined) throw new Error(`wrk gave no report:\n${stdout}`);
  // When the time is over wrk hangs up on all connections.
  return { ...JSON.parse(report), abandoned: connections };
}
