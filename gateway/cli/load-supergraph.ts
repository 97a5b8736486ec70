import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { createSource } from '../supergraph/sources/create-source.ts';
import { noTelemetry } from '../telemetry/no-telemetry.ts';
import { printCompositionProblems } from './print-composition-problems.ts';
import { printProblems } from './print-problems.ts';
import type { Terminal } from './terminal.ts';

export interface LoadSupergraphOptions {
  /** Configuration file, relative to the working directory. */
  readonly file: string | undefined;
  /** Supergraph in place of what the configuration says: a file, relative to the working directory, or a URL. */
  readonly supergraph?: string | undefined;
}

/** The configuration and the supergraph that it names; `undefined` when there were problems, which are printed then. */
export async function loadSupergraph(
  { file, supergraph }: LoadSupergraphOptions,
  { env, cwd, stderr }: Terminal,
): Promise<{ readonly config: Config; readonly supergraph: Supergraph } | undefined> {
  const loaded = await loadConfig({ file, env, cwd, overrides: { graph: { supergraph } } });
  if (loaded.kind === 'misconfigured') {
    printProblems(loaded.problems, stderr);
    return undefined;
  }
  const source = createSource(loaded.config.graph, noTelemetry.log);
  const outcome = await source.load();
  await source.close();
  if (outcome.kind === 'supergraph') return { config: loaded.config, supergraph: outcome.supergraph };
  printCompositionProblems(outcome.problems, stderr);
  return undefined;
}
