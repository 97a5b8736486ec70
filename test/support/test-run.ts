import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { stopSharedPostgres } from './shared-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of what the test files of one run share. */
    readonly testRun: string;
  }
}

/** Makes the folder, and ends what was started in it; nothing is started before a test file needs it. */
export default async function setUp({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'overlock-test-run-'));
  provide('testRun', folder);
  return async () => {
    await stopSharedPostgres(folder);
    await rm(folder, { recursive: true, force: true });
  };
}
