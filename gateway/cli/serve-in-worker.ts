import { serveAsWorker } from '../cluster/worker.ts';
import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { untilStopped } from './until-stopped.ts';

/** Answers clients as the process says that started this one; resolves to the exit code. */
export async function serveInWorker(terminal: Terminal): Promise<number> {
  // A terminal that hangs up tells all of its processes; the other one reads the configuration again.
  const stopCatching = terminal.onSignal('SIGHUP', () => {});
  try {
    return (await serveAsWorker(terminal.stderr, untilStopped(terminal))) ? exitCodes.ok : exitCodes.failed;
  } finally {
    stopCatching();
  }
}
