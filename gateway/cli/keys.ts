import path from 'node:path';
import type { ListedKey } from '../identity/api-keys/key-shape.ts';
import { createKeyId, createKeyText, digestOf } from '../identity/api-keys/key-text.ts';
import { atGateway } from './at-gateway.ts';
import { exitCodes } from './exit-codes.ts';
import { createKeysAtGateway } from './keys-at-gateway.ts';
import type { KeyBook, KeyPlace } from './keys-book.ts';
import { createKeysInFile } from './keys-in-file.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';

interface CreateKeyOptions extends KeyPlace {
  readonly client: string;
  readonly scopes: readonly string[];
  readonly tier: string | undefined;
  /** How long it counts; until it is revoked without it. */
  readonly lifetimeMs: number | undefined;
}

/** Creates a key and prints it; resolves to the exit code. */
export function createKey(options: CreateKeyOptions, terminal: Terminal): Promise<number> {
  const { client, scopes, tier, lifetimeMs } = options;
  return attempt(options, terminal, async (book) => {
    const id = createKeyId();
    const text = createKeyText(id);
    await book.add({
      id,
      client,
      sha256: digestOf(text).toString('hex'),
      scopes: [...new Set(scopes)],
      ...(tier !== undefined && { tier }),
      createdAt: timeIn(0),
      ...(lifetimeMs !== undefined && { expiresAt: timeIn(lifetimeMs) }),
    });
    terminal.stderr.write(`Key ${id} of ${client}. Keep it now: it cannot be printed again.\n`);
    terminal.stdout.write(`${text}\n`);
  });
}

/** Lists the keys; resolves to the exit code. */
export function listKeys(
  { json, ...place }: KeyPlace & { readonly json: boolean },
  terminal: Terminal,
): Promise<number> {
  return attempt(place, terminal, async (book) => {
    const keys = await book.list();
    if (json) terminal.stdout.write(`${JSON.stringify({ keys }, undefined, 2)}\n`);
    else printTable(['ID', 'CLIENT', 'TIER', 'EXPIRES', 'SCOPES'], keys.map(toRow), terminal.stdout);
  });
}

/** Takes a key back; resolves to the exit code. */
export function revokeKey({ id, ...place }: KeyPlace & { readonly id: string }, terminal: Terminal): Promise<number> {
  return attempt(place, terminal, async (book) => {
    await book.remove(id);
    terminal.stderr.write(`Key ${id} is revoked.\n`);
  });
}

/** Gives a key another secret and prints it; resolves to the exit code. */
export function rotateKey(
  { id, graceMs, ...place }: KeyPlace & { readonly id: string; readonly graceMs: number },
  terminal: Terminal,
): Promise<number> {
  return attempt(place, terminal, async (book) => {
    const text = createKeyText(id);
    const graceEndsAt = timeIn(graceMs);
    await book.rotate(id, digestOf(text).toString('hex'), graceEndsAt);
    terminal.stderr.write(`Key ${id} has a new secret; the old one counts until ${graceEndsAt}.\n`);
    terminal.stdout.write(`${text}\n`);
  });
}

async function attempt(
  { file, ...flags }: KeyPlace,
  terminal: Terminal,
  run: (book: KeyBook) => Promise<void>,
): Promise<number> {
  if (flags.admin !== undefined) return atGateway(flags, terminal, (client) => run(createKeysAtGateway(client)));
  try {
    await run(createKeysInFile(path.resolve(terminal.cwd, file)));
    return exitCodes.ok;
  } catch (error) {
    const { write, colors } = terminal.stderr;
    write(`${colors.red('error:')} ${file}: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failed;
  }
}

function timeIn(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

function toRow({ id, client, tier = '-', expiresAt = 'never', scopes }: ListedKey): readonly string[] {
  return [id, client, tier, expiresAt.slice(0, 10), scopes.join(' ') || '-'];
}
