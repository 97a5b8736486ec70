import { type Command, Option } from 'commander';
import { parseWords } from '../parse-word.ts';
import type { Terminal } from '../terminal.ts';
import { addRegistryFlags, type RegistryFlags } from './registry-flags.ts';

/** All flags of `overlock webhooks set`. */
export interface WebhookFlags extends RegistryFlags {
  readonly url: string;
  readonly event?: readonly string[];
  readonly secret?: string;
}

const examples = `
Examples:
  overlock webhooks set chat --url https://chat.example.com/hooks/registry --event published
  overlock webhooks set audit --url https://audit.example.com                  all events
  overlock webhooks list
  overlock webhooks show chat                                                  what it was told of late
  overlock webhooks remove chat

Events are published, check.failed, canary.started, canary.promoted and canary.rolledBack. Messages are signed as https://www.standardwebhooks.com says. The secret of a new webhook is printed once, on standard output.
Only an admin may do it.
`;

/** `overlock webhooks`: who is told of what happens at a registry. */
export function addWebhooksCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const webhooks = program
    .command('webhooks')
    .summary('let others be told of what happens at a registry')
    .description('Work with the webhooks of a registry: who is told of publishes, failed checks and canaries.')
    .addHelpText('after', examples);
  const set = webhooks
    .command('set')
    .summary('make a webhook, or change it')
    .description('Make a webhook, or change where it is and what it is told of.')
    .argument('<id>', 'what it is called')
    .requiredOption('--url <url>', 'where messages are sent by POST')
    .option('--event <event...>', 'what it is told of (default: everything)', parseWords)
    .addOption(new Option('--secret <secret>', 'whsec_ and base64, what messages are signed with (default: a new one)'))
    .addHelpText('after', examples);
  addRegistryFlags(set).action(async (id: string, flags: WebhookFlags) => {
    const { setWebhook } = await import('./webhooks.ts');
    end(await setWebhook(id, flags, terminal));
  });
  const list = webhooks
    .command('list')
    .summary('list the webhooks')
    .description('List the webhooks of a registry, without their secrets.')
    .addHelpText('after', examples);
  addRegistryFlags(list).action(async (flags: RegistryFlags) => {
    const { listWebhooks } = await import('./webhooks.ts');
    end(await listWebhooks(flags, terminal));
  });
  const show = webhooks
    .command('show')
    .summary('list what a webhook was told of late')
    .description('List what a webhook was told of late, whether it arrived, and when it is tried again.')
    .argument('<id>', 'what it is called')
    .addHelpText('after', examples);
  addRegistryFlags(show).action(async (id: string, flags: RegistryFlags) => {
    const { showWebhook } = await import('./webhooks.ts');
    end(await showWebhook(id, flags, terminal));
  });
  const remove = webhooks
    .command('remove')
    .summary('remove a webhook')
    .description('Remove a webhook: it is told nothing any more.')
    .argument('<id>', 'what it is called')
    .addHelpText('after', examples);
  addRegistryFlags(remove).action(async (id: string, flags: RegistryFlags) => {
    const { removeWebhook } = await import('./webhooks.ts');
    end(await removeWebhook(id, flags, terminal));
  });
}
