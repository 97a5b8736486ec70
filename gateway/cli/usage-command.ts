import type { Command } from 'commander';
import type { AdminFlags } from './admin-client.ts';
import { addAdminFlags } from './admin-flags.ts';
import type { Terminal } from './terminal.ts';
import { addUsageExportCommand } from './usage-export-command.ts';

interface UsageFlags extends AdminFlags {
  readonly client?: string;
  readonly json?: true;
}

const examples = `
Examples:
  overlock usage                                       of all clients, those who used most first
  overlock usage --client 4f1c09a2b3d7                 of an API key, as overlock keys list has it
  overlock usage --client ada                          of an identity, by the name that its issuer gives it
  overlock usage --client 192.0.2.7                    of an address
  overlock usage --json | jq '.usage[] | select(.remaining == 0)'

A subject is shown as the key that tells an identity apart and its name, as an address (of IPv6 the /64), as a tier, or as
the hash of an operation. Who has used nothing, or whose limit has come back, is not listed.
`;

/** `overlock usage`: what is used of quotas and limits. */
export function addUsageCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const usage = program
    .command('usage')
    .enablePositionalOptions()
    .summary('print what is used of quotas and limits')
    .description('Print what is used of the rules of rateLimit, as counted in the store of a running gateway.')
    .option('-c, --client <name>', 'only that of this key, name or address')
    .option('--json', 'print it as JSON')
    .addHelpText('after', examples);
  addUsageExportCommand(usage, terminal, end);
  addAdminFlags(usage).action(async ({ admin, token, client, json }: UsageFlags) => {
    const { printUsage } = await import('./usage.ts');
    end(await printUsage({ admin: { admin, token }, client, json: json === true }, terminal));
  });
}
