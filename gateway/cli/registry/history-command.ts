import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addPageFlags, type PageFlags } from './page-flags.ts';
import { addGraphFlags, type GraphFlags } from './registry-flags.ts';

/** All flags of `overlock history`. */
export type HistoryFlags = GraphFlags & PageFlags;

const examples = `
Examples:
  overlock history --graph shop@production
  overlock history --graph shop@production --limit 100
  overlock diff 41 42 --graph shop@production                what one of them changed
`;

/** `overlock history`: the versions of a variant. */
export function addHistoryCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const history = program
    .command('history')
    .summary('list the versions of a graph: who changed what, when and why')
    .description('List the versions of a graph in a registry, newest first.')
    .addHelpText('after', examples);
  addGraphFlags(addPageFlags(history)).action(async (flags: HistoryFlags) => {
    const { listHistory } = await import('./history.ts');
    end(await listHistory(flags, terminal));
  });
}
