import path from 'node:path';
import type { Subgraph } from '../../schema/subgraph/subgraph.ts';
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

export interface LoadedSupergraph {
  readonly config: Config;
  /** The configuration file, relative to the working directory; `undefined` when there is none. */
  readonly configFile: string | undefined;
  readonly supergraph: Supergraph;
  /** What it was composed of, where that was done here. */
  readonly subgraphs: readonly Subgraph[] | undefined;
}

/** The configuration and the supergraph that it names; `undefined` when there were problems, which are printed then. */
export async function loadSupergraph(
  { file, supergraph }: LoadSupergraphOptions,
  { env, cwd, stderr }: Terminal,
): Promise<LoadedSupergraph | undefined> {
  const loaded = await loadConfig({ file, env, cwd, overrides: { graph: { supergraph } } });
  if (loaded.kind === 'misconfigured') {
    printProblems(loaded.problems, stderr);
    return undefined;
  }
  const { config, files } = loaded;
  const source = createSource(config.graph, noTelemetry.log);
  const outcome = await source.load();
  await source.close();
  if (outcome.kind === 'failed') {
    printCompositionProblems(outcome.problems, stderr);
    return undefined;
  }
  const configFile = files[0] === undefined ? undefined : path.relative(cwd, files[0]);
  return { config, configFile, supergraph: outcome.supergraph, subgraphs: outcome.subgraphs };
}
