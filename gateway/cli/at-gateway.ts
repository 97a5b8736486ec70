import { type AdminClient, type AdminFlags, createAdminClient } from './admin-client.ts';
import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** Runs what a command has to tell a gateway; resolves to the exit code, with what went wrong printed. */
export async function atGateway(
  flags: AdminFlags,
  terminal: Terminal,
  run: (client: AdminClient) => Promise<void>,
): Promise<number> {
  try {
    await run(createAdminClient(flags, terminal));
    return exitCodes.ok;
  } catch (error) {
    const { write, colors } = terminal.stderr;
    write(`${colors.red('error:')} ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failed;
  }
}
