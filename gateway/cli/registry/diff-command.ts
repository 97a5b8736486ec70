import type { Command } from 'commander';
import { parseWholeNumber } from '../parse-whole-number.ts';
import type { Terminal } from '../terminal.ts';
import { addGraphFlags, type GraphFlags } from './registry-flags.ts';

const examples = `
Examples:
  overlock diff 41 42 --graph shop@production
  overlock diff 42 41 --graph shop@production               what a rollback to 41 would do
  overlock diff 41 42 --graph shop@production --json | jq '.changes[] | select(.level == "breaking")'

First the changes that clients see, then those in the schema of each subgraph. overlock history prints the versions.
`;

/** `overlock diff`: what changed between two versions of a variant. */
export function addDiffCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const diff = program
    .command('diff')
    .summary('print what changed between two versions of a graph')
    .description('Print what changed between two versions of a graph in a registry.')
    .argument('<from>', 'a version', parseWholeNumber)
    .argument('<to>', 'another version', parseWholeNumber)
    .addHelpText('after', examples);
  addGraphFlags(diff).action(async (from: number, to: number, flags: GraphFlags) => {
    const { printDiff } = await import('./diff.ts');
    end(await printDiff({ from, to }, flags, terminal));
  });
}
