import type { Terminal } from '../terminal.ts';
import { atVariant } from './at-registry.ts';
import { toNote } from './note-flags.ts';
import { printPublished } from './print-published.ts';
import type { GraphFlags } from './registry-flags.ts';
import type { RollbackFlags } from './rollback-command.ts';
import { variantPath } from './variant-path.ts';

/** Brings an old version of a variant back; resolves to the exit code. */
export function rollBack(flags: RollbackFlags & GraphFlags, terminal: Terminal): Promise<number> {
  const { to, json } = flags;
  return atVariant(flags, terminal, async (client, ref) => {
    const answer = await client.ask({
      method: 'POST',
      path: variantPath(ref, 'rollback'),
      body: { to, ...toNote(flags, terminal) },
    });
    printPublished(answer, { ref, done: `Rolled back to version ${to}`, json: json === true }, terminal);
  });
}
