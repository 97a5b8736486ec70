import { z } from 'zod';
import { StoreError } from '../../schema/registry/store/store-error.ts';
import { exitCodes } from './exit-codes.ts';
import { messagesOf } from './messages-of.ts';
import { atRegistry } from './registry/at-registry.ts';
import { readAnswer } from './registry/read-answer.ts';
import { openPlace, type RegistryPlace, readSigningKey } from './registry-place.ts';
import type { Terminal } from './terminal.ts';

interface KeyOptions extends RegistryPlace {
  /** URL of the registry to ask; `undefined` to look into its database. */
  readonly registry: string | undefined;
}

const keysShape = z.looseObject({ items: z.array(z.looseObject({ publicKey: z.string() })).min(1) });

/** Prints the public key that gateways verify supergraphs with; resolves to the exit code. */
export async function printRegistryKey({ registry, ...place }: KeyOptions, terminal: Terminal): Promise<number> {
  if (registry === undefined) return await printKeyAt(place, terminal);
  const print = async ({ ask }: Parameters<Parameters<typeof atRegistry>[2]>[0]) => {
    const { items } = readAnswer(keysShape, await ask({ path: ['keys'] }));
    for (const { publicKey } of items) terminal.stdout.write(publicKey);
    return exitCodes.ok;
  };
  return await atRegistry({ registry }, terminal, print, 'anyone');
}

async function printKeyAt(place: RegistryPlace, terminal: Terminal): Promise<number> {
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
    if (error instanceof StoreError) stderr.write('A registry that runs tells its key itself: --registry URL.\n');
    return exitCodes.failed;
  }
}
