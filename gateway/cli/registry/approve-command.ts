import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addGraphFlags, type GraphFlags } from './registry-flags.ts';

/** All flags of `overlock approve`. */
export interface ApproveFlags extends GraphFlags {
  readonly message?: string;
}

const examples = `
Examples:
  overlock approve 3f1c09a2b3d7 --graph shop@production
  overlock approve 3f1c09a2b3d7 --graph shop@production --message "shop-ios 2.0 is not in the store any more"

overlock check prints the id of each change. The approval counts for later checks and publishes of the same change, by others
than who has approved it.
`;

/** `overlock approve`: consents to a change that a check does not let pass. */
export function addApproveCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const approve = program
    .command('approve')
    .summary('let a change pass that a check has failed')
    .description('Approve a change of a graph in a registry, by the id that a check has printed.')
    .argument('<change>', 'id of the change')
    .option('-m, --message <text>', 'why, for the history')
    .addHelpText('after', examples);
  addGraphFlags(approve).action(async (change: string, flags: ApproveFlags) => {
    const { approveChange } = await import('./approve.ts');
    end(await approveChange(change, flags, terminal));
  });
}
