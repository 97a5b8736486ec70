import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { type AllowBreakingFlag, addAllowBreakingFlag } from './allow-breaking-flag.ts';
import { addNoteFlags, type NoteFlags } from './note-flags.ts';
import { addGraphFlags, type GraphFlags } from './registry-flags.ts';

/** All flags of `overlock unpublish`. */
export type UnpublishFlags = GraphFlags & NoteFlags & AllowBreakingFlag;

const examples = `
Examples:
  overlock unpublish reviews --graph shop@production
  overlock unpublish reviews --graph shop@production --message "moved into products"

It is refused when the rest does not compose, or when clients use what only this subgraph has. The history keeps it:
overlock rollback brings it back.
`;

/** `overlock unpublish`: takes a subgraph out of a variant. */
export function addUnpublishCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const unpublish = program
    .command('unpublish')
    .summary('take a subgraph out of a graph')
    .description('Take a subgraph out of a graph in a registry, as a new version that gateways follow.')
    .argument('<subgraph>', 'its name in the graph')
    .addHelpText('after', examples);
  addGraphFlags(addAllowBreakingFlag(addNoteFlags(unpublish))).action(
    async (subgraph: string, flags: UnpublishFlags) => {
      const { unpublishSubgraph } = await import('./unpublish.ts');
      end(await unpublishSubgraph(subgraph, flags, terminal));
    },
  );
}
