import type { Command } from 'commander';
import { parseLifetime } from './parse-lifetime.ts';
import { parseWord, parseWords } from './parse-word.ts';
import type { Terminal } from './terminal.ts';

interface FileFlag {
  readonly file: string;
}

interface CreateFlags extends FileFlag {
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

A key is printed once, on standard output; the file holds its digest alone. Name the file in overlock.yaml as
identity.apiKeys.file: a running gateway takes a change of it within two seconds.
`;

const fileFlag = ['-f, --file <file>', 'file of the keys', 'keys.json'] as const;

/** `overlock keys`: the API keys of a file. */
export function addKeysCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const keys = program
    .command('keys')
    .summary('create, list, revoke and rotate API keys')
    .description('Work with the API keys that identity.apiKeys.file names.')
    .addHelpText('after', examples);
  keys
    .command('create')
    .summary('create a key and print it')
    .description('Create an API key and print it. It is not stored and cannot be printed again.')
    .option(...fileFlag)
    .requiredOption('-c, --client <name>', 'whose key it is', parseWord)
    .option('-s, --scope <scope...>', 'what it may be used for', parseWords)
    .option('-t, --tier <name>', 'its rate-limit tier', parseWord)
    .option('-e, --expires <time>', 'how long it counts, such as 90d (default: until it is revoked)', parseLifetime)
    .addHelpText('after', examples)
    .action(async ({ file, client, scope = [], tier, expires }: CreateFlags) => {
      const { createKey } = await import('./keys.ts');
      end(await createKey({ file, client, scopes: scope, tier, lifetimeMs: expires }, terminal));
    });
  keys
    .command('list')
    .summary('list the keys')
    .description('List the keys: what they are for and how long they count.')
    .option(...fileFlag)
    .option('--json', 'print them as JSON')
    .addHelpText('after', examples)
    .action(async ({ file, json }: FileFlag & { readonly json?: true }) => {
      const { listKeys } = await import('./keys.ts');
      end(await listKeys({ file, json: json === true }, terminal));
    });
  keys
    .command('revoke')
    .summary('take a key back')
    .description('Take a key back, both secrets of a rotated one.')
    .argument('<id>', 'id of the key, the part between the underscores')
    .option(...fileFlag)
    .addHelpText('after', examples)
    .action(async (id: string, { file }: FileFlag) => {
      const { revokeKey } = await import('./keys.ts');
      end(await revokeKey({ file, id }, terminal));
    });
  keys
    .command('rotate')
    .summary('give a key another secret and print it')
    .description('Give a key another secret and print it. The old one counts for a time of grace.')
    .argument('<id>', 'id of the key, the part between the underscores')
    .option(...fileFlag)
    .option('-g, --grace <time>', 'how long the old secret still counts', parseLifetime, parseLifetime('24h'))
    .addHelpText('after', examples)
    .action(async (id: string, { file, grace }: FileFlag & { readonly grace: number }) => {
      const { rotateKey } = await import('./keys.ts');
      end(await rotateKey({ file, id, graceMs: grace }, terminal));
    });
}
