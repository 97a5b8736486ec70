import { mkdir, open, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** More than as many baselines as there can be take. */
const fileMaxBytes = 16 * 1024 ** 2;

const shape = z.object({
  version: z.literal(1),
  baselines: z.array(z.tuple([z.string(), z.string(), z.number(), z.string()])).max(2_000),
});

/** Baselines as they are kept: of what, its name, when it was seen last, and what `Baseline.toText` gave. */
export type KeptBaselines = readonly (readonly [of: string, name: string, lastMs: number, samples: string])[];

/** What a file keeps; `undefined` when there is none. @throws Error when it is something else */
export async function readBaselines(file: string): Promise<KeptBaselines | undefined> {
  try {
    if ((await stat(file)).size > fileMaxBytes) throw new Error(`${file} is too large to be one of baselines.`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const handle = await open(file);
  try {
    return shape.parse(JSON.parse(await handle.readFile('utf8'))).baselines;
  } finally {
    await handle.close();
  }
}

/** Puts baselines into a file, in the place of those that were there. @throws Error when that cannot be done */
export async function writeBaselines(file: string, baselines: KeptBaselines): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const next = `${file}.next`;
  await writeFile(next, JSON.stringify({ version: 1, baselines }), { mode: 0o600 });
  await rename(next, file);
}
