import { type Command, Option } from 'commander';
import { parseLifetime } from '../parse-lifetime.ts';
import type { Terminal } from '../terminal.ts';
import { addRegistryFlags, type RegistryFlags } from './registry-flags.ts';

/** All flags of `overlock tokens create`. */
export interface CreateTokenFlags extends RegistryFlags {
  readonly name: string;
  readonly role: 'admin' | 'publisher' | 'gateway' | 'reader';
  readonly team?: readonly string[];
  readonly variant?: readonly string[];
  readonly expires?: number;
}

const examples = `
Examples:
  overlock tokens create --name reviews-ci --role publisher --team content --expires 90d
  overlock tokens create --name gateways --role gateway --variant shop@production
  overlock tokens create --name dashboards --role reader --variant shop@production --variant shop@staging
  overlock tokens list
  overlock tokens revoke 5cQ2k0XvR9aL

These are tokens of a registry, and only an admin may work with them. A new one is printed once, on standard output; the
registry keeps its digest only. API keys of a gateway's clients are another thing: overlock keys.
`;

/** `overlock tokens`: who may do what at a registry. */
export function addTokensCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const tokens = program
    .command('tokens')
    .summary('create, list and revoke tokens of a registry')
    .description('Work with the tokens of a registry, for teams, gateways and people.')
    .addHelpText('after', examples);
  const create = tokens
    .command('create')
    .summary('create a token and print it')
    .description('Create a token of a registry and print it. It is not stored and cannot be printed again.')
    .requiredOption('--name <name>', 'what it is called in the history')
    .addOption(
      new Option('--role <role>', 'what it is for: publish, follow as a gateway, read, or everything')
        .choices(['publisher', 'gateway', 'reader', 'admin'])
        .makeOptionMandatory(),
    )
    .option('--team <name...>', 'for a publisher: team whose subgraphs it may publish')
    .option('--variant <graph@variant...>', 'variant that it is for, or shop@* for all of a graph (default: all)')
    .option('-e, --expires <time>', 'how long it counts, such as 90d (default: until it is revoked)', parseLifetime)
    .addHelpText('after', examples);
  addRegistryFlags(create).action(async (flags: CreateTokenFlags) => {
    const { createToken } = await import('./tokens.ts');
    end(await createToken(flags, terminal));
  });
  const list = tokens
    .command('list')
    .summary('list the tokens')
    .description('List the tokens of a registry, without their secrets.')
    .addHelpText('after', examples);
  addRegistryFlags(list).action(async (flags: RegistryFlags) => {
    const { listTokens } = await import('./tokens.ts');
    end(await listTokens(flags, terminal));
  });
  const revoke = tokens
    .command('revoke')
    .summary('take a token back')
    .description('Take a token of a registry back, at once.')
    .argument('<id>', 'id of the token, as overlock tokens list prints it')
    .addHelpText('after', examples);
  addRegistryFlags(revoke).action(async (id: string, flags: RegistryFlags) => {
    const { revokeToken } = await import('./tokens.ts');
    end(await revokeToken(id, flags, terminal));
  });
}
