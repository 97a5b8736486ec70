import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addGraphFlags, type GraphFlags } from './registry-flags.ts';

const examples = `
Examples:
  overlock subgraphs --graph shop@production
  overlock subgraphs --graph shop@production --json | jq -r '.items[] | select(.team == "content").name'
  overlock show --graph shop@production --subgraph reviews              the schema of one
`;

/** `overlock subgraphs`: the subgraphs of a variant. */
export function addSubgraphsCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const subgraphs = program
    .command('subgraphs')
    .summary('list the subgraphs of a graph, with their teams')
    .description(
      'List the subgraphs of a graph in a registry: where they are, whose they are and who changed them last.',
    )
    .addHelpText('after', examples);
  addGraphFlags(subgraphs).action(async (flags: GraphFlags) => {
    const { listSubgraphs } = await import('./subgraphs.ts');
    end(await listSubgraphs(flags, terminal));
  });
}
