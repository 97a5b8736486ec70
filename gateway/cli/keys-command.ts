import { type Command, Option } from 'commander';
import type { KeyPlace } from './keys-book.ts';
import { parseLifetime } from './parse-lifetime.ts';
import { parseWord, parseWords } from './parse-word.ts';
import type { Terminal } from './terminal.ts';

interface CreateFlags extends KeyPlace {
  readonly client: string;
  readonly scope?: readonly string[];
  readonly tier?: string;
  readonly expires?: number;
}

const examples = `
Examples:
  overlock keys create --client shop-web --scope products:read --tier free --expires 90d
  overlock keys list --json | jq '.keys[].client'
  overlock keys rotate 4f1c09a2b3d7 --grace 24h      the old key counts for one more day
  overlock keys revoke 4f1c09a2b3d7
  overlock keys create --client shop-web --admin http://127.0.0.1:9464

A key is printed once, on standard output; only its digest is kept. Either in a file: name it in overlock.yaml as
identity.apiKeys.file, and a running gateway takes a change of it within two seconds. Or in the store of gateways: with
identity.apiKeys.store, --admin tells one of them, and all take a change within a second.
`;

/** `overlock keys`: the API keys of a file, or of the store of gateways. */
export function addKeysCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const keys = program
    .command('keys')
    .summary('create, list, revoke and rotate API keys')
    .description('Work with the API keys of a file, or with --admin with those that gateways have in their store.')
    .addHelpText('after', examples);
  withPlace(keys.command('create'))
    .summary('create a key and print it')
    .description('Create an API key and print it. It is not stored and cannot be printed again.')
    .requiredOption('-c, --client <name>', 'whose key it is', parseWord)
    .option('-s, --scope <scope...>', 'what it may be used for', parseWords)
    .option('-t, --tier <name>', 'its rate-limit tier', parseWord)
    .option('-e, --expires <time>', 'how long it counts, such as 90d (default: until it is revoked)', parseLifetime)
    .addHelpText('after', examples)
    .action(async (flags: CreateFlags) => {
      const { createKey } = await import('./keys.ts');
      const { client, scope: scopes = [], tier, expires: lifetimeMs } = flags;
      end(await createKey({ ...placeOf(flags), client, scopes, tier, lifetimeMs }, terminal));
    });
  withPlace(keys.command('list'))
    .summary('list the keys')
    .description('List the keys: what they are for and how long they count.')
    .option('--json', 'print them as JSON')
    .addHelpText('after', examples)
    .action(async (flags: KeyPlace & { readonly json?: true }) => {
      const { listKeys } = await import('./keys.ts');
      end(await listKeys({ ...placeOf(flags), json: flags.json === true }, terminal));
    });
  withPlace(keys.command('revoke'))
    .summary('take a key back')
    .description('Take a key back, both secrets of a rotated one.')
    .argument('<id>', 'id of the key, the part between the underscores')
    .addHelpText('after', examples)
    .action(async (id: string, flags: KeyPlace) => {
      const { revokeKey } = await import('./keys.ts');
      end(await revokeKey({ ...placeOf(flags), id }, terminal));
    });
  withPlace(keys.command('rotate'))
    .summary('give a key another secret and print it')
    .description('Give a key another secret and print it. The old one counts for a time of grace.')
    .argument('<id>', 'id of the key, the part between the underscores')
    .option('-g, --grace <time>', 'how long the old secret still counts', parseLifetime, parseLifetime('24h'))
    .addHelpText('after', examples)
    .action(async (id: string, flags: KeyPlace & { readonly grace: number }) => {
      const { rotateKey } = await import('./keys.ts');
      end(await rotateKey({ ...placeOf(flags), id, graceMs: flags.grace }, terminal));
    });
}

/** Adds the flags that say where the keys are. */
function withPlace(command: Command): Command {
  return command
    .option('-f, --file <file>', 'file of the keys', 'keys.json')
    .addOption(new Option('--admin <url>', 'admin port of a gateway that has the keys in its store').conflicts('file'))
    .addOption(new Option('--token <token>', 'its admin.token (default: $OVERLOCK_ADMIN_TOKEN)').conflicts('file'));
}

function placeOf({ file, admin, token }: KeyPlace): KeyPlace {
  return { file, admin, token };
}
