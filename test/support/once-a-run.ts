import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inject, vi } from 'vitest';
import { sharedFileOf } from './shared-file.ts';

const makeMostMs = 60_000;

/**
 * Resolves with what `make` resolved with, as it is after a passage through JSON. Several processes run the test files of one
 * run: the first that asks makes it, in a folder that goes when the run ends, and all others wait.
 */
export async function onceARun<Made>(name: string, make: (folder: string) => Promise<Made>): Promise<Made> {
  const testRun = inject('testRun');
  const folder = path.join(testRun, name);
  const file = sharedFileOf(testRun, name);
  try {
    await mkdir(folder);
  } catch {
    await vi.waitUntil(() => existsSync(file), { timeout: makeMostMs, interval: 50 });
    return JSON.parse(readFileSync(file, 'utf8')) as Made;
  }
  const made = await make(folder);
  await writeFile(`${file}.new`, JSON.stringify(made));
  await rename(`${file}.new`, file);
  return made;
}
