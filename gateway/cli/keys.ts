import path from 'node:path';
import type { ApiKey } from '../identity/api-keys/key-file.ts';
import { createKeyId, createKeyText, digestOf } from '../identity/api-keys/key-text.ts';
import { changeKeyFile, readKeyFile } from './change-key-file.ts';
import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

interface KeyFile {
  /** File of the keys, relative to the working directory. */
  readonly file: string;
}

interface CreateKeyOptions extends KeyFile {
  readonly client: string;
  readonly scopes: readonly string[];
  readonly tier: string | undefined;
  /** How long it counts; until it is revoked without it. */
  readonly lifetimeMs: number | undefined;
}

/** Creates a key and prints it; resolves to the exit code. */
export function createKey(options: CreateKeyOptions, terminal: Terminal): Promise<number> {
  const { file, client, scopes, tier, lifetimeMs } = options;
  return attempt(file, terminal, async (target) => {
    const id = createKeyId();
    const text = createKeyText(id);
    const key: ApiKey = {
      id,
      client,
      sha256: digestOf(text).toString('hex'),
      scopes: [...new Set(scopes)],
      ...(tier !== undefined && { tier }),
      createdAt: timeIn(0),
      ...(lifetimeMs !== undefined && { expiresAt: timeIn(lifetimeMs) }),
    };
    await changeKeyFile(target, (keys) => [...keys, key]);
    terminal.stderr.write(`Key ${id} of ${client}. Keep it now: it cannot be printed again.\n`);
    terminal.stdout.write(`${text}\n`);
  });
}

/** Lists the keys of a file; resolves to the exit code. */
export function listKeys({ file, json }: KeyFile & { readonly json: boolean }, terminal: Terminal): Promise<number> {
  return attempt(file, terminal, async (target) => {
    const keys = await readKeyFile(target);
    const { write, colors } = terminal.stdout;
    if (json) {
      write(`${JSON.stringify({ keys: keys.map(toListed) }, undefined, 2)}\n`);
      return;
    }
    const rows = [['ID', 'CLIENT', 'TIER', 'EXPIRES', 'SCOPES'], ...keys.map(toRow)];
    const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    for (const [index, row] of rows.entries()) {
      const line = row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd();
      write(`${index === 0 ? colors.dim(line) : line}\n`);
    }
  });
}

/** Takes a key back; resolves to the exit code. */
export function revokeKey({ file, id }: KeyFile & { readonly id: string }, terminal: Terminal): Promise<number> {
  return attempt(file, terminal, async (target) => {
    await changeKeyFile(target, (keys) => {
      findKey(keys, id);
      return keys.filter((key) => key.id !== id);
    });
    terminal.stderr.write(`Key ${id} is revoked.\n`);
  });
}

/** Gives a key another secret and prints it; resolves to the exit code. */
export function rotateKey(
  { file, id, graceMs }: KeyFile & { readonly id: string; readonly graceMs: number },
  terminal: Terminal,
): Promise<number> {
  return attempt(file, terminal, async (target) => {
    const text = createKeyText(id);
    const former = { expiresAt: timeIn(graceMs) };
    await changeKeyFile(target, (keys) => {
      const { sha256 } = findKey(keys, id);
      const rotated = { sha256: digestOf(text).toString('hex'), former: { sha256, ...former } };
      return keys.map((key) => (key.id === id ? { ...key, ...rotated } : key));
    });
    terminal.stderr.write(`Key ${id} has a new secret; the old one counts until ${former.expiresAt}.\n`);
    terminal.stdout.write(`${text}\n`);
  });
}

async function attempt(file: string, terminal: Terminal, run: (file: string) => Promise<void>): Promise<number> {
  try {
    await run(path.resolve(terminal.cwd, file));
    return exitCodes.ok;
  } catch (error) {
    const { write, colors } = terminal.stderr;
    write(`${colors.red('error:')} ${file}: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failed;
  }
}

function findKey(keys: readonly ApiKey[], id: string): ApiKey {
  const key = keys.find((one) => one.id === id);
  if (key === undefined) throw new Error('There is no key of this id. Run `overlock keys list` to see all.');
  return key;
}

function timeIn(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

/** Without digests, which are of no use to people. */
function toListed({ sha256: _sha256, former, ...key }: ApiKey) {
  return { ...key, ...(former !== undefined && { formerExpiresAt: former.expiresAt }) };
}

function toRow({ id, client, tier = '-', expiresAt = 'never', scopes }: ApiKey): readonly string[] {
  return [id, client, tier, expiresAt.slice(0, 10), scopes.join(' ') || '-'];
}
