import type { Command } from 'commander';
import type { Block } from '../policy/blocks/block.ts';
import type { AdminFlags } from './admin-client.ts';
import { addAdminFlags } from './admin-flags.ts';
import { parseLifetime } from './parse-lifetime.ts';
import type { Terminal } from './terminal.ts';

interface BlockFlags extends AdminFlags, Partial<Record<Block['what'], string>> {
  readonly for?: number;
  readonly reason: string;
  readonly publicReason?: true;
  readonly by?: string;
}

const examples = `
Examples:
  overlock block --operation SearchEverything --reason "takes the database down"
  overlock block --client shop-ios --for 30m --reason "retries without end"
  overlock block --subject user-4711 --for ever --reason "stolen account"
  overlock block --field Query.search --for 2h --reason "index is rebuilt" --public-reason
  overlock block --subgraph reviews --for 10m --reason "migration"
  overlock blocks
  overlock unblock 4f1c09a2b3d7

All gateways that share the store of the one that is told take a change within a second. To block the same thing once more
replaces its block.
`;

const kinds: readonly Block['what'][] = ['operation', 'client', 'subject', 'field', 'subgraph'];

/** `overlock block`, `overlock blocks` and `overlock unblock`: what gateways refuse until further notice. */
export function addBlockCommands(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const block = program
    .command('block')
    .summary('block an operation, a client, a field or a subgraph for a while')
    .description('Block something on all gateways that share a store, until a time or until it is lifted.')
    .option('--operation <name or hash>', 'the operation of this name, or of this hash as logs have it')
    .option('--client <name>', 'the client that calls itself so')
    .option('--subject <subject>', 'the identity of this subject')
    .option('--field <coordinate>', 'operations with this field, such as Query.search, or with fields of this type')
    .option('--subgraph <name>', 'the subgraph of this name: its fields are null')
    .option('--for <time>', 'how long, such as 30m or 2d, or ever (default: 1h)', parseLength)
    .requiredOption('--reason <text>', 'why, for other operators')
    .option('--public-reason', 'tell clients the reason too')
    .option('--by <name>', 'who blocks it (default: your user name)')
    .addHelpText('after', examples);
  addAdminFlags(block).action(async (flags: BlockFlags) => {
    const [target, second] = kinds.flatMap((what) => {
      const name = flags[what];
      return name === undefined ? [] : [{ what, name }];
    });
    if (target === undefined || second !== undefined) {
      return block.error('error: Name one thing to block: --operation, --client, --subject, --field or --subgraph.');
    }
    const { setBlock } = await import('./blocks.ts');
    const { admin, token, reason, publicReason, for: lifetimeMs = parseLength('1h') } = flags;
    const value = { ...target, reason, reasonIsPublic: publicReason === true };
    const setBy = flags.by ?? (terminal.env['USER'] || terminal.env['USERNAME'] || 'somebody');
    const until = Number.isFinite(lifetimeMs) ? lifetimeMs : undefined;
    end(await setBlock({ ...value, setBy, lifetimeMs: until, admin: { admin, token } }, terminal));
  });
  addAdminFlags(
    program
      .command('blocks')
      .summary('list what is blocked')
      .description('List what is blocked, until when, by whom and why.')
      .option('--json', 'print the blocks as JSON')
      .addHelpText('after', examples),
  ).action(async ({ admin, token, json }: AdminFlags & { readonly json?: true }) => {
    const { listBlocks } = await import('./blocks.ts');
    end(await listBlocks({ admin: { admin, token }, json: json === true }, terminal));
  });
  addAdminFlags(
    program
      .command('unblock')
      .summary('lift a block')
      .description('Lift a block on all gateways that share the store.')
      .argument('<id>', 'id of the block, as overlock blocks prints it')
      .addHelpText('after', examples),
  ).action(async (id: string, { admin, token }: AdminFlags) => {
    const { liftBlock } = await import('./blocks.ts');
    end(await liftBlock({ admin: { admin, token }, id }, terminal));
  });
}

/** `Infinity` for `ever`, else as `parseLifetime`. */
function parseLength(text: string): number {
  return text === 'ever' ? Number.POSITIVE_INFINITY : parseLifetime(text);
}
