import { z } from 'zod';
import { toShownUrl } from '../../../schema/supergraph/to-shown-url.ts';
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
  url: z.url(),
  team: z.string().optional(),
  lastChange: commitShape
    .extend({ version: z.number(), ref: z.looseObject({ variant: z.string() }).optional() })
    .optional(),
});

/** Lists the subgraphs of a variant; resolves to the exit code. */
export function listSubgraphs(flags: GraphFlags, terminal: Terminal): Promise<number> {
  return atVariant(flags, terminal, async (client, ref) => {
    const answer = await client.ask({ path: variantPath(ref, 'subgraphs') });
    const head = ['NAME', 'KIND', 'TEAM', 'VERSION', 'CHANGED', 'BY', 'URL'];
    const toRowHere = (subgraph: Listed) => toRow(subgraph, ref.variant);
    printList(answer, { shape: subgraphShape, head, toRow: toRowHere, json: flags.json === true }, terminal);
  });
}

type Listed = z.output<typeof subgraphShape>;

function toRow({ name, kind, url, team = '-', lastChange }: Listed, here: string): readonly string[] {
  const change =
    lastChange === undefined
      ? ['-', '-', '-']
      : [toPlace(lastChange, here), formatTime(lastChange.at), lastChange.author.name];
  return [name, kind, team, ...change, toShownUrl(url)];
}

function toPlace({ version, ref }: NonNullable<Listed['lastChange']>, here: string): string {
  return ref === undefined || ref.variant === here ? String(version) : `${version} of ${ref.variant}`;
}
