import type { Terminal } from '../terminal.ts';
import { type AnsweredVersion, versionShape } from './answer-shapes.ts';
import { atVariant } from './at-registry.ts';
import { describeCause } from './describe-cause.ts';
import { formatTime } from './format-time.ts';
import type { HistoryFlags } from './history-command.ts';
import { printList } from './print-list.ts';
import { variantPath } from './variant-path.ts';

/** Lists the versions of a variant, newest first; resolves to the exit code. */
export function listHistory(flags: HistoryFlags, terminal: Terminal): Promise<number> {
  return atVariant(flags, terminal, async (client, ref) => {
    const { limit, from } = flags;
    const answer = await client.ask({ path: variantPath(ref, 'versions'), query: { limit, from } });
    const head = ['VERSION', 'WHEN', 'BY', 'WHAT', 'COMMIT', 'MESSAGE'];
    printList(answer, { shape: versionShape, head, toRow, json: flags.json === true }, terminal);
  });
}

function toRow({ version, cause, commit }: AnsweredVersion): readonly string[] {
  const { at, author, revision, message = '' } = commit;
  return [String(version), formatTime(at), author.name, describeCause(cause), revision?.slice(0, 12) ?? '-', message];
}
