import { exitCodes } from './exit-codes.ts';
import { messagesOf } from './messages-of.ts';
import { openPlace, type RegistryPlace, readSigningKey } from './registry-place.ts';
import type { Terminal } from './terminal.ts';

/** Prints the public key that gateways verify supergraphs with; resolves to the exit code. */
export async function printRegistryKey(place: RegistryPlace, terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  try {
    const store = await openPlace(place, terminal);
    try {
      stdout.write((await readSigningKey(place, store, terminal)).publicKey);
      return exitCodes.ok;
    } finally {
      await store.close();
    }
  } catch (error) {
    for (const message of messagesOf(error)) stderr.write(`${stderr.colors.red('error:')} ${message}\n`);
    return exitCodes.failed;
  }
}
