import { open, rename, rm, stat } from 'node:fs/promises';
import { readTextFile } from '../config/read-text-file.ts';
import { type ApiKey, formatKeyFile, keyFileMaxBytes, parseKeyFile } from '../identity/api-keys/key-file.ts';

const ownerOnly = 0o600;

/**
 * The keys of a file; none when it does not exist.
 * @throws Error with a sentence for the operator when it cannot be read
 */
export async function readKeyFile(file: string): Promise<readonly ApiKey[]> {
  const read = await readTextFile(file, keyFileMaxBytes);
  if (read.kind === 'text') return parseKeyFile(read.text);
  if (read.reason === 'does not exist') return [];
  throw new Error(`The file ${read.reason}.`);
}

/**
 * Changes the keys of a file, which is made when it does not exist. A gateway that reads it meanwhile sees all of the change or
 * nothing of it, and of two commands at once one is refused.
 * @throws Error with a sentence for the operator; the file is then as it was
 */
export async function changeKeyFile(
  file: string,
  change: (keys: readonly ApiKey[]) => readonly ApiKey[],
): Promise<void> {
  const next = `${file}.next`;
  const handle = await openNew(next);
  try {
    await handle.chmod(await modeOf(file));
    await handle.writeFile(formatKeyFile(change(await readKeyFile(file))));
    await handle.sync();
    await handle.close();
    await rename(next, file);
  } catch (error) {
    await handle.close();
    await rm(next, { force: true });
    throw error;
  }
}

/** Digests open nothing, but who reads them learns of every client. The gateway may be another user: what was set stays. */
async function modeOf(file: string): Promise<number> {
  const { mode } = await stat(file).catch(() => ({ mode: ownerOnly }));
  return mode & 0o777;
}

async function openNew(file: string) {
  try {
    return await open(file, 'wx', ownerOnly);
  } catch (cause) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    const advice = `Another command is changing the keys. If none is running, delete ${file}.`;
    throw isTaken ? new Error(advice, { cause }) : cause;
  }
}
