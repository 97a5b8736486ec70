import { type GraphRef, parseGraphRef } from '../../../schema/feed/graph-ref.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { toLine } from '../to-line.ts';
import { CommandLineError } from './command-line-error.ts';
import { printJson } from './print-json.ts';
import { printRefusal } from './print-refusal.ts';
import { createRegistryClient, type RegistryClient } from './registry-client.ts';
import type { GraphFlags, RegistryFlags } from './registry-flags.ts';
import { RegistryRefusal } from './registry-refusal.ts';

/** Runs what a command asks of a registry; resolves to the exit code, which is that of `work` or 0, with what went wrong printed. */
export async function atRegistry(
  flags: RegistryFlags,
  terminal: Terminal,
  work: (client: RegistryClient) => Promise<number | undefined>,
  as?: Parameters<typeof createRegistryClient>[2],
): Promise<number> {
  const { stdout, stderr } = terminal;
  try {
    return (await work(createRegistryClient(flags, terminal, as))) ?? exitCodes.ok;
  } catch (error) {
    if (error instanceof RegistryRefusal) {
      if (flags.json === true) printJson(error.problem, stdout);
      printRefusal(error, stderr);
      return exitCodes.failed;
    }
    const message = error instanceof Error ? error.message : String(error);
    stderr.write(`${stderr.colors.red('error:')} ${toLine(message)}\n`);
    return error instanceof CommandLineError ? exitCodes.usage : exitCodes.failed;
  }
}

/** Runs what a command asks of a registry about one variant; else as `atRegistry`. */
export async function atVariant(
  flags: GraphFlags,
  terminal: Terminal,
  work: (client: RegistryClient, ref: GraphRef) => Promise<number | undefined>,
): Promise<number> {
  return await atRegistry(flags, terminal, (client) => work(client, findGraph(flags, terminal)));
}

/** @throws CommandLineError when neither flags nor the environment name a variant */
function findGraph({ graph }: GraphFlags, { env }: Terminal): GraphRef {
  if (graph !== undefined) return graph;
  const named = env['OVERLOCK_GRAPH'];
  if (!named) {
    throw new CommandLineError(
      'Name the graph and its variant: --graph shop@production, or the environment variable OVERLOCK_GRAPH.',
    );
  }
  try {
    return parseGraphRef(named);
  } catch (error) {
    throw new CommandLineError(`OVERLOCK_GRAPH: ${error instanceof Error ? error.message : ''}`);
  }
}
