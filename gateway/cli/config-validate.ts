import { relative } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { exitCodes } from './exit-codes.ts';
import { printProblems } from './print-problems.ts';
import type { Terminal } from './terminal.ts';

export interface ValidateOptions {
  /** Configuration file, relative to the working directory. */
  readonly file: string | undefined;
  readonly json: boolean;
}

/** Checks a configuration file and says so; resolves to the exit code. */
export async function validateConfig({ file, json }: ValidateOptions, terminal: Terminal): Promise<number> {
  const { stdout, stderr, env, cwd } = terminal;
  const load = await loadConfig({ file, env, cwd });
  const problems = load.kind === 'misconfigured' ? load.problems : [];
  const valid = load.kind === 'loaded';
  if (json) stdout.write(`${JSON.stringify({ valid, problems }, undefined, 2)}\n`);
  else if (valid) stdout.write(`${relative(cwd, load.files[0] ?? '')} ${stdout.colors.green('is valid.')}\n`);
  else printProblems(problems, stderr);
  return valid ? exitCodes.ok : exitCodes.failed;
}
