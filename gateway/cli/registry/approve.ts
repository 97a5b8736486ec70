import { printGraphRef } from '../../../schema/feed/graph-ref.ts';
import type { Terminal } from '../terminal.ts';
import type { ApproveFlags } from './approve-command.ts';
import { atVariant } from './at-registry.ts';
import { printJson } from './print-json.ts';
import { variantPath } from './variant-path.ts';

/** Approves a change; resolves to the exit code. */
export function approveChange(change: string, flags: ApproveFlags, terminal: Terminal): Promise<number> {
  return atVariant(flags, terminal, async (client, ref) => {
    const { message, json } = flags;
    const path = variantPath(ref, 'changes', change, 'approval');
    const answer = await client.ask({ method: 'POST', path, body: { message } });
    if (json === true) printJson(answer, terminal.stdout);
    else
      terminal.stdout.write(
        `Change ${change} of ${printGraphRef(ref)} is approved. It counts for what others check and publish from now on.\n`,
      );
  });
}
