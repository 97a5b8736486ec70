import { z } from 'zod';
import type { Terminal } from '../terminal.ts';
import { commitShape } from './answer-shapes.ts';
import { atVariant } from './at-registry.ts';
import { formatTime } from './format-time.ts';
import { printList } from './print-list.ts';
import type { GraphFlags } from './registry-flags.ts';
import { variantPath } from './variant-path.ts';

const subgraphShape = z.looseObject({
  name: z.string(),
  kind: z.string(),
  url: z.string(),
  team: z.string().optional(),
  lastChange: commitShape.extend({ version: z.number() }).optional(),
});

/** Lists the subgraphs of a variant; resolves to the exit code. */
export function listSubgraphs(flags: GraphFlags, terminal: Terminal): Promise<number> {
  return atVariant(flags, terminal, async (client, ref) => {
    const answer = await client.ask({ path: variantPath(ref, 'subgraphs') });
    const head = ['NAME', 'KIND', 'TEAM', 'VERSION', 'CHANGED', 'BY', 'URL'];
    printList(answer, { shape: subgraphShape, head, toRow, json: flags.json === true }, terminal);
  });
}

function toRow({ name, kind, url, team = '-', lastChange }: z.output<typeof subgraphShape>): readonly string[] {
  const change =
    lastChange === undefined
      ? ['-', '-', '-']
      : [String(lastChange.version), formatTime(lastChange.at), lastChange.author.name];
  return [name, kind, team, ...change, url];
}
