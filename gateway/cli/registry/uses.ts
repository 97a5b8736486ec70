import { z } from 'zod';
import { countOf, formatNumber } from '../../../schema/checks/numbers.ts';
import { printGraphRef } from '../../../schema/feed/graph-ref.ts';
import { printTable } from '../print-table.ts';
import type { Terminal } from '../terminal.ts';
import { toLine } from '../to-line.ts';
import { atVariant } from './at-registry.ts';
import { printJson } from './print-json.ts';
import { readAnswer } from './read-answer.ts';
import type { UsesFlags } from './uses-command.ts';
import { variantPath } from './variant-path.ts';

const usesShape = z.looseObject({
  items: z.array(
    z.looseObject({
      coordinate: z.string(),
      count: z.number(),
      clients: z.array(z.looseObject({ name: z.string(), version: z.string(), count: z.number() })).default([]),
      operations: z
        .array(z.looseObject({ hash: z.string(), name: z.string().optional(), count: z.number() }))
        .default([]),
    }),
  ),
});

/** Lists who uses a part of the schema; resolves to the exit code. */
export function listUses(coordinate: string, flags: UsesFlags, terminal: Terminal): Promise<number> {
  const { stdout } = terminal;
  const { days, json } = flags;
  return atVariant(flags, terminal, async (client, ref) => {
    const answer = await client.ask({ path: variantPath(ref, 'usage'), query: { coordinate, days } });
    const [use] = readAnswer(usesShape, answer).items;
    if (json === true) {
      printJson(answer, stdout);
      return;
    }
    const what = `${stdout.colors.bold(toLine(coordinate))} of ${printGraphRef(ref)}`;
    const period = `in the last ${countOf(days, 'day')}`;
    if (use === undefined || use.count === 0) {
      stdout.write(`Nobody used ${what} ${period}.\n`);
      return;
    }
    const { clients, operations, count } = use;
    const by = `${countOf(clients.length, 'client')} with ${countOf(operations.length, 'operation')}`;
    stdout.write(`${what} was used ${countOf(count, 'time')} ${period}, by ${by}.\n\n`);
    printTable(
      ['CLIENT', 'VERSION', 'USES'],
      clients.map(({ name, version, count }) => [name, version || '-', formatNumber(count)]),
      stdout,
    );
    stdout.write('\n');
    printTable(
      ['OPERATION', 'HASH', 'USES'],
      operations.map(({ name = '-', hash, count }) => [name, hash.slice(0, 12), formatNumber(count)]),
      stdout,
    );
  });
}
