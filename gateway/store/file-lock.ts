import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** Whoever holds a lock needs milliseconds. One that is older was left by a process that died. */
const abandonedAfterMs = 2_000;
const retryMs = 20;
const waitMostMs = 5_000;

/**
 * Does work that only one process at a time may do to a file; `assertHeld` is for the moment before it cannot be undone.
 * @throws Error with a sentence when another process does not come to an end
 */
export async function withFileLock<Result>(
  file: string,
  work: (assertHeld: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const lock = `${file}.lock`;
  const held = await take(lock);
  const isHeld = async () => (await identityOf(lock)) === held;
  try {
    return await work(async () => {
      if (!(await isHeld())) throw new Error('It took so long that another process took its turn. Try again.');
    });
  } finally {
    if (await isHeld()) await rm(lock, { force: true });
  }
}

async function take(lock: string): Promise<string> {
  for (let waitedMs = 0; waitedMs < waitMostMs; waitedMs += retryMs) {
    const created = await create(lock);
    if (created !== undefined) return created;
    await removeAbandoned(lock);
    await pause(retryMs);
  }
  throw new Error('Another process is changing it and does not come to an end. Try again in a few seconds.');
}

async function create(lock: string): Promise<string | undefined> {
  try {
    const handle = await open(lock, 'wx');
    const stats = await handle.stat({ bigint: true });
    await handle.close();
    return toIdentity(stats);
  } catch (error) {
    if (isCode(error, 'EEXIST')) return undefined;
    throw error;
  }
}

/** Of several that find a lock abandoned, one may find that it has moved a new one away: that is put back. */
async function removeAbandoned(lock: string): Promise<void> {
  const found = await stat(lock, { bigint: true }).catch(() => undefined);
  if (found === undefined || Date.now() - Number(found.mtimeMs) < abandonedAfterMs) return;
  const away = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, away);
    if ((await identityOf(away)) !== toIdentity(found)) await link(away, lock);
  } catch (error) {
    if (!isCode(error, 'ENOENT') && !isCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(away, { force: true });
  }
}

async function identityOf(file: string): Promise<string | undefined> {
  const stats = await stat(file, { bigint: true }).catch(() => undefined);
  return stats && toIdentity(stats);
}

/** Numbers of inodes are used again at once, so the time of writing, which is that of creation, is part of it. */
function toIdentity({ ino, mtimeNs }: BigIntStats): string {
  return `${ino} ${mtimeNs}`;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
