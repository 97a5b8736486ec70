import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addPageFlags, type PageFlags } from './page-flags.ts';
import { addGraphFlags, type GraphFlags } from './registry-flags.ts';

/** All flags of `overlock audit`. */
export type AuditFlags = GraphFlags & PageFlags;

const examples = `
Examples:
  overlock audit
  overlock audit --graph shop@production --limit 100
  overlock audit --json | jq '.items[] | select(.action == "token.create")'
`;

/** `overlock audit`: the log of who did what. */
export function addAuditCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const audit = program
    .command('audit')
    .summary('print who did what at a registry')
    .description('Print the log of who did what at a registry, newest first; of one graph or of all.')
    .addHelpText('after', examples);
  addGraphFlags(addPageFlags(audit)).action(async (flags: AuditFlags) => {
    const { printAudit } = await import('./audit.ts');
    end(await printAudit(flags, terminal));
  });
}
