import { type AdminClient, type AdminFlags, createAdminClient, GatewayRefusal } from './admin-client.ts';
import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/**
 * Runs what a command has to tell a gateway; resolves to the exit code, with what went wrong printed.
 *
 * @param senseless the exit code when the gateway answers that what is asked for makes no sense
 */
export async function atGateway(
  flags: AdminFlags,
  terminal: Terminal,
  run: (client: AdminClient) => Promise<void>,
  senseless: number = exitCodes.failed,
): Promise<number> {
  try {
    await run(createAdminClient(flags, terminal));
    return exitCodes.ok;
  } catch (error) {
    const { write, colors } = terminal.stderr;
    write(`${colors.red('error:')} ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof GatewayRefusal && error.status === 400 ? senseless : exitCodes.failed;
  }
}
