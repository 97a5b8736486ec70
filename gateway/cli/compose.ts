import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../config/load.ts';
import { createSource } from '../supergraph/sources/create-source.ts';
import { noTelemetry } from '../telemetry/no-telemetry.ts';
import { exitCodes } from './exit-codes.ts';
import { printCompositionProblems } from './print-composition-problems.ts';
import { printProblems } from './print-problems.ts';
import type { Terminal } from './terminal.ts';

export interface ComposeOptions {
  /** Configuration file, relative to the working directory. */
  readonly file: string | undefined;
  /** Where to write the SDL, relative to the working directory; standard output without it. */
  readonly out: string | undefined;
}

/** Composes the subgraphs of a configuration; resolves to the exit code. */
export async function composeSupergraph({ file, out }: ComposeOptions, terminal: Terminal): Promise<number> {
  const { stdout, stderr, env, cwd } = terminal;
  const loaded = await loadConfig({ file, env, cwd });
  if (loaded.kind === 'misconfigured') {
    printProblems(loaded.problems, stderr);
    return exitCodes.failed;
  }
  const source = createSource(loaded.config.graph, noTelemetry.log);
  const outcome = await source.load();
  await source.close();
  if (outcome.kind === 'failed') {
    printCompositionProblems(outcome.problems, stderr);
    return exitCodes.failed;
  }
  const { sdl, subgraphs } = outcome.supergraph;
  if (out === undefined) stdout.write(sdl);
  else {
    await writeFile(path.resolve(cwd, out), sdl);
    stderr.write(`${stderr.colors.green('Composed')} ${subgraphs.length} subgraphs to ${out}.\n`);
  }
  return exitCodes.ok;
}
