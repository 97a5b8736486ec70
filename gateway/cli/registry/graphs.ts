import { z } from 'zod';
import { printGraphRef } from '../../../schema/feed/graph-ref.ts';
import type { Terminal } from '../terminal.ts';
import { refShape, versionShape } from './answer-shapes.ts';
import { atRegistry } from './at-registry.ts';
import { describeCause } from './describe-cause.ts';
import { formatTime } from './format-time.ts';
import { printList } from './print-list.ts';
import type { RegistryFlags } from './registry-flags.ts';
import { settingsShape } from './settings-shape.ts';

const variantShape = z.looseObject({
  ref: refShape,
  settings: settingsShape,
  latest: versionShape.optional(),
});

/** Lists all variants of all graphs; resolves to the exit code. */
export function listGraphs(flags: RegistryFlags, terminal: Terminal): Promise<number> {
  return atRegistry(flags, terminal, async (client) => {
    const answer = await client.ask({ path: ['graphs'] });
    const head = ['GRAPH', 'VERSION', 'CHANGED', 'BY', 'WHAT', 'CONTRACT OF'];
    printList(answer, { shape: variantShape, head, toRow, json: flags.json === true }, terminal);
  });
}

function toRow({ ref, settings, latest }: z.output<typeof variantShape>): readonly string[] {
  const change =
    latest === undefined
      ? ['-', '-', '-', '-']
      : [String(latest.version), formatTime(latest.commit.at), latest.commit.author.name, describeCause(latest.cause)];
  return [printGraphRef(ref), ...change, settings.contract?.source ?? '-'];
}
