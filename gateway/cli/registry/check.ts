import type { Terminal } from '../terminal.ts';
import { atVariant } from './at-registry.ts';
import type { CheckFlags } from './check-command.ts';
import { describeSubgraph } from './describe-subgraph.ts';
import { readPublishedSubgraph } from './read-published-subgraph.ts';
import { reportCheck } from './report-check.ts';
import { variantPath } from './variant-path.ts';

/** Checks a subgraph and prints the report; resolves to the exit code, which says whether it passed. */
export function checkSubgraph(name: string, flags: CheckFlags, terminal: Terminal): Promise<number> {
  return atVariant(flags, terminal, async (client, ref) => {
    const published = await readPublishedSubgraph(client, ref, name);
    const described = await describeSubgraph(name, flags, published, terminal);
    const body = { ...described, allowBreaking: flags.allowBreaking };
    const answer = await client.ask({ method: 'POST', path: variantPath(ref, 'subgraphs', name, 'check'), body });
    return await reportCheck(answer, flags, terminal);
  });
}
