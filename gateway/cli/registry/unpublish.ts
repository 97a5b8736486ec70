import type { Terminal } from '../terminal.ts';
import { atVariant } from './at-registry.ts';
import { toNote } from './note-flags.ts';
import { printPublished } from './print-published.ts';
import type { UnpublishFlags } from './unpublish-command.ts';
import { variantPath } from './variant-path.ts';

/** Takes a subgraph out of a variant; resolves to the exit code. */
export function unpublishSubgraph(name: string, flags: UnpublishFlags, terminal: Terminal): Promise<number> {
  return atVariant(flags, terminal, async (client, ref) => {
    const allowBreaking = flags.allowBreaking && 'true';
    const query = { ...toNote(flags, terminal), allowBreaking };
    const answer = await client.ask({ method: 'DELETE', path: variantPath(ref, 'subgraphs', name), query });
    printPublished(answer, { ref, done: `Unpublished ${name}`, json: flags.json === true }, terminal);
  });
}
