import type { Terminal } from '../terminal.ts';
import { atRegistry } from './at-registry.ts';
import { CommandLineError } from './command-line-error.ts';
import type { OwnerFlags } from './owners-command.ts';
import { printJson } from './print-json.ts';

/** Gives a subgraph to a team; resolves to the exit code. */
export function setOwner(
  { subgraph, team }: { readonly subgraph: string; readonly team: string },
  flags: OwnerFlags,
  terminal: Terminal,
): Promise<number> {
  const graph = flags.graph ?? terminal.env['OVERLOCK_GRAPH']?.split('@')[0];
  return atRegistry(flags, terminal, async (client) => {
    if (!graph) throw new CommandLineError('Name the graph: --graph shop, or the environment variable OVERLOCK_GRAPH.');
    const answer = await client.ask({ method: 'PUT', path: ['graphs', graph, 'owners', subgraph], body: { team } });
    if (flags.json === true) printJson(answer ?? { graph, subgraph, team }, terminal.stdout);
    else terminal.stdout.write(`Subgraph ${subgraph} of ${graph} belongs to team ${team} now.\n`);
  });
}
