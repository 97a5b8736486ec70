import { z } from 'zod';
import type { Terminal } from '../terminal.ts';
import { atVariant } from './at-registry.ts';
import { checkReportShape } from './check-report-shape.ts';
import type { ChecksFlags } from './checks-command.ts';
import { formatTime } from './format-time.ts';
import { printList } from './print-list.ts';
import { reportCheck } from './report-check.ts';
import { summarizeReport } from './summarize-report.ts';
import { variantPath } from './variant-path.ts';

const checkShape = checkReportShape
  .pick({ subgraph: true, verdict: true, counts: true })
  .extend({ id: z.string(), at: z.number() });

/** Lists the latest checks of a variant; resolves to the exit code. */
export function listChecks(flags: ChecksFlags, terminal: Terminal): Promise<number> {
  return atVariant(flags, terminal, async (client, ref) => {
    const answer = await client.ask({ path: variantPath(ref, 'checks'), query: { limit: flags.limit } });
    const head = ['ID', 'WHEN', 'SUBGRAPH', 'VERDICT', 'FOUND'];
    printList(answer, { shape: checkShape, head, toRow, json: flags.json === true }, terminal);
  });
}

/** Prints the report of a check again; resolves to the exit code of the check. */
export function showCheck(id: string, flags: ChecksFlags, terminal: Terminal): Promise<number> {
  return atVariant(flags, terminal, async (client, ref) => {
    return await reportCheck(await client.ask({ path: variantPath(ref, 'checks', id) }), flags, terminal);
  });
}

function toRow(check: z.output<typeof checkShape>): readonly string[] {
  return [check.id, formatTime(check.at), check.subgraph, check.verdict, summarizeReport(check)];
}
