import { type Block, blockIdOf, parseBlock } from '../policy/blocks/block.ts';
import type { StoredRecord } from '../store/record-store.ts';
import { type AdminClient, type AdminFlags, createAdminClient } from './admin-client.ts';
import { exitCodes } from './exit-codes.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';

export interface SetBlockOptions extends Pick<Block, 'what' | 'name' | 'reason' | 'reasonIsPublic'> {
  readonly admin: AdminFlags;
  /** How long it is to last; until it is lifted without it. */
  readonly lifetimeMs: number | undefined;
  readonly setBy: string;
}

/** Blocks something on all gateways that share the store, and prints the block's id; resolves to the exit code. */
export function setBlock({ admin, lifetimeMs, ...value }: SetBlockOptions, terminal: Terminal): Promise<number> {
  return attempt(admin, terminal, async (client) => {
    const id = blockIdOf(value);
    const expiresAtMs = lifetimeMs === undefined ? undefined : Date.now() + lifetimeMs;
    await client.put('block', { id, value, expiresAtMs });
    const end = expiresAtMs === undefined ? 'until it is lifted' : `until ${toTime(expiresAtMs)}`;
    terminal.stderr.write(`The ${value.what} ${value.name} is blocked ${end}. To lift it: overlock unblock ${id}\n`);
    terminal.stdout.write(`${id}\n`);
  });
}

/** Lists what is blocked; resolves to the exit code. */
export function listBlocks(
  { admin, json }: { readonly admin: AdminFlags; readonly json: boolean },
  terminal: Terminal,
): Promise<number> {
  return attempt(admin, terminal, async (client) => {
    const records = await client.list('block');
    if (json) {
      const blocks = records.flatMap((record) => parseBlock(record) ?? []).map(toListed);
      terminal.stdout.write(`${JSON.stringify({ blocks }, undefined, 2)}\n`);
    } else {
      printTable(['ID', 'WHAT', 'NAME', 'UNTIL', 'SET BY', 'REASON'], records.map(toRow), terminal.stdout);
    }
  });
}

/** Lifts a block; resolves to the exit code. */
export function liftBlock(
  { admin, id }: { readonly admin: AdminFlags; readonly id: string },
  terminal: Terminal,
): Promise<number> {
  return attempt(admin, terminal, async (client) => {
    if (!(await client.remove('block', id))) {
      throw new Error('There is no block of this id. Run `overlock blocks` to see all.');
    }
    terminal.stderr.write(`The block ${id} is lifted.\n`);
  });
}

async function attempt(
  admin: AdminFlags,
  terminal: Terminal,
  run: (client: AdminClient) => Promise<void>,
): Promise<number> {
  try {
    await run(createAdminClient(admin, terminal));
    return exitCodes.ok;
  } catch (error) {
    const { write, colors } = terminal.stderr;
    write(`${colors.red('error:')} ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failed;
  }
}

function toListed({ expiresAtMs, ...block }: Block) {
  return { ...block, ...(expiresAtMs !== undefined && { expiresAt: toTime(expiresAtMs) }) };
}

function toRow(record: StoredRecord): readonly string[] {
  const block = parseBlock(record);
  if (block === undefined) return [record.id, '-', '-', '-', '-', 'It cannot be read and blocks nothing; lift it.'];
  const { id, what, name, expiresAtMs, setBy, reason } = block;
  return [id, what, name, expiresAtMs === undefined ? 'lifted' : toTime(expiresAtMs), setBy, reason];
}

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
