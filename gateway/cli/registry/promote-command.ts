import type { Command } from 'commander';
import type { GraphRef } from '../../../schema/feed/graph-ref.ts';
import { parseWholeNumber } from '../parse-whole-number.ts';
import type { Terminal } from '../terminal.ts';
import { type AllowBreakingFlag, addAllowBreakingFlag } from './allow-breaking-flag.ts';
import { addCanaryFlags, type CanaryFlags } from './canary-flags.ts';
import { addNoteFlags, type NoteFlags } from './note-flags.ts';
import { addRegistryFlags, parseGraph, type RegistryFlags } from './registry-flags.ts';

/** All flags of `overlock promote`. */
export interface PromoteFlags extends RegistryFlags, NoteFlags, AllowBreakingFlag, CanaryFlags {
  readonly from: string;
  readonly version?: number;
}

const examples = `
Examples:
  overlock promote shop@production --from staging
  overlock promote shop@production --from staging --version 17 --message "release 2027-01"
  overlock promote shop@production --from staging --canary 5% --steps 5,25,50,100 --step-time 5m

The variant gets the schemas of the other one. Services that it has already are reached where they were; only those that are
new to it bring their URLs along. It is refused when that would break its clients.
`;

/** `overlock promote`: takes a version of one variant over into another. */
export function addPromoteCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const promote = program
    .command('promote')
    .summary('take what one variant has over into another')
    .description('Make a version of another variant of the same graph in a registry the latest of this one.')
    .argument('<graph@variant>', 'variant that is to change, such as shop@production', parseGraph)
    .requiredOption('--from <variant>', 'variant of the same graph, such as staging')
    .option('--version <version>', 'which version of it (default: its latest)', parseWholeNumber)
    .addHelpText('after', examples);
  addRegistryFlags(addAllowBreakingFlag(addNoteFlags(addCanaryFlags(promote)))).action(
    async (graph: GraphRef, flags: PromoteFlags) => {
      const { promoteVersion } = await import('./promote.ts');
      end(await promoteVersion({ ...flags, graph }, terminal));
    },
  );
}
