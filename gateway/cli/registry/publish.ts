import type { Terminal } from '../terminal.ts';
import { atVariant } from './at-registry.ts';
import { toCanary } from './canary-flags.ts';
import { describeSubgraph } from './describe-subgraph.ts';
import { toNote } from './note-flags.ts';
import { printPublished } from './print-published.ts';
import type { PublishFlags } from './publish-command.ts';
import { readPublishedSubgraph } from './read-published-subgraph.ts';
import { variantPath } from './variant-path.ts';

/** Publishes a subgraph and prints what changed, or everything that is wrong; resolves to the exit code. */
export function publishSubgraph(name: string, flags: PublishFlags, terminal: Terminal): Promise<number> {
  return atVariant(flags, terminal, async (client, ref) => {
    const published = await readPublishedSubgraph(client, ref, name);
    const described = await describeSubgraph(name, flags, published, terminal);
    const body = {
      ...described,
      team: flags.team,
      canary: toCanary(flags),
      allowBreaking: flags.allowBreaking,
      ...toNote(flags, terminal),
    };
    const answer = await client.ask({ method: 'PUT', path: variantPath(ref, 'subgraphs', name), body });
    printPublished(answer, { ref, done: `Published ${name}`, json: flags.json === true }, terminal);
  });
}
