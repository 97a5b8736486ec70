import type { Command } from 'commander';
import type { GraphRef } from '../../../schema/feed/graph-ref.ts';
import { parseWholeNumber } from '../parse-whole-number.ts';
import type { Terminal } from '../terminal.ts';
import { addNoteFlags, type NoteFlags } from './note-flags.ts';
import { addRegistryFlags, parseGraph, type RegistryFlags } from './registry-flags.ts';

/** All flags of `overlock rollback`. */
export interface RollbackFlags extends RegistryFlags, NoteFlags {
  readonly to: number;
}

const examples = `
Examples:
  overlock rollback shop@production --to 41
  overlock rollback shop@production --to 41 --message "checkout answers slowly since 42"
  overlock diff 42 41 --graph shop@production               what it would do

It makes a new version of an old one: nothing of the history is lost. Gateways follow within two seconds.
`;

/** `overlock rollback`: brings an old version of a variant back. */
export function addRollbackCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const rollback = program
    .command('rollback')
    .summary('bring an old version of a graph back')
    .description('Make an old version of a graph in a registry the latest again.')
    .argument('[graph@variant]', 'such as shop@production (default: $OVERLOCK_GRAPH)', parseGraph)
    .requiredOption('--to <version>', 'version to bring back', parseWholeNumber)
    .addHelpText('after', examples);
  addRegistryFlags(addNoteFlags(rollback)).action(async (graph: GraphRef | undefined, flags: RollbackFlags) => {
    const { rollBack } = await import('./rollback.ts');
    end(await rollBack({ ...flags, ...(graph && { graph }) }, terminal));
  });
}
