import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sharedFileOf } from './shared-file.ts';

/** The PostgreSQL of a test run. */
export interface SharedPostgres {
  readonly url: string;
  readonly pid: number;
  /** All that it keeps. */
  readonly folder: string;
}

const stopMostMs = 30_000;

/** Ends the PostgreSQL of a test run, if one was started; it goes without a trace. */
export async function stopSharedPostgres(testRun: string): Promise<void> {
  const file = sharedFileOf(testRun, 'postgres');
  if (!existsSync(file)) return;
  const { pid, folder } = JSON.parse(readFileSync(file, 'utf8')) as SharedPostgres;
  process.kill(pid, 'SIGINT');
  const isRunning = () => existsSync(path.join(folder, 'data', 'postmaster.pid'));
  for (let waitedMs = 0; isRunning() && waitedMs < stopMostMs; waitedMs += 50) await pause(50);
  await rm(folder, { recursive: true, force: true });
}
