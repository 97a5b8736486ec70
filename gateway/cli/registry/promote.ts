import type { GraphRef } from '../../../schema/feed/graph-ref.ts';
import type { Terminal } from '../terminal.ts';
import { atVariant } from './at-registry.ts';
import { toCanary } from './canary-flags.ts';
import { toNote } from './note-flags.ts';
import { printPublished } from './print-published.ts';
import type { PromoteFlags } from './promote-command.ts';
import { variantPath } from './variant-path.ts';

/** Takes a version of one variant over into another; resolves to the exit code. */
export function promoteVersion(
  flags: PromoteFlags & { readonly graph: GraphRef },
  terminal: Terminal,
): Promise<number> {
  const { from, version, allowBreaking, json } = flags;
  return atVariant(flags, terminal, async (client, ref) => {
    const body = { from, version, canary: toCanary(flags), allowBreaking, ...toNote(flags, terminal) };
    const answer = await client.ask({ method: 'POST', path: variantPath(ref, 'promote'), body });
    printPublished(answer, { ref, done: `Promoted from ${from}`, json: json === true }, terminal);
  });
}
