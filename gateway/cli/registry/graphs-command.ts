import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addRegistryFlags, type RegistryFlags } from './registry-flags.ts';

const examples = `
Examples:
  overlock graphs
  overlock graphs --registry https://registry.example.com --json | jq '.items[].version'

overlock variants set makes a variant or changes its rules; the first overlock publish makes one too.
`;

/** `overlock graphs`: all graphs of a registry with their variants. */
export function addGraphsCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const graphs = program
    .command('graphs')
    .summary('list the graphs of a registry, with their variants')
    .description('List the graphs of a registry with their variants and latest versions.')
    .addHelpText('after', examples);
  addRegistryFlags(graphs).action(async (flags: RegistryFlags) => {
    const { listGraphs } = await import('./graphs.ts');
    end(await listGraphs(flags, terminal));
  });
}
