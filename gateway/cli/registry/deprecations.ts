import { z } from 'zod';
import { formatNumber } from '../../../schema/checks/numbers.ts';
import type { Terminal } from '../terminal.ts';
import { atVariant } from './at-registry.ts';
import type { DeprecationFlags } from './deprecations-command.ts';
import { printList } from './print-list.ts';
import { variantPath } from './variant-path.ts';

const deprecationShape = z.looseObject({
  coordinate: z.string(),
  reason: z.string(),
  sunset: z.string().optional(),
  count: z.number(),
  clients: z.array(z.looseObject({ name: z.string(), version: z.string(), count: z.number() })),
});

const mostClients = 5;

/** Lists what is deprecated and who uses it still; resolves to the exit code. */
export function listDeprecations(flags: DeprecationFlags, terminal: Terminal): Promise<number> {
  return atVariant(flags, terminal, async (client, ref) => {
    const answer = await client.ask({ path: variantPath(ref, 'deprecations'), query: { days: flags.days } });
    const head = ['DEPRECATED', 'UNTIL', 'USES', 'CLIENTS', 'REASON'];
    printList(answer, { shape: deprecationShape, head, toRow, json: flags.json === true }, terminal);
  });
}

function toRow({ coordinate, reason, sunset = '-', count, clients }: z.output<typeof deprecationShape>) {
  const named = clients
    .slice(0, mostClients)
    .map(({ name, version, count }) => `${name} ${version} (${formatNumber(count)})`);
  const rest = clients.length - named.length;
  const users = `${named.join(', ')}${rest > 0 ? ` and ${formatNumber(rest)} more` : ''}`;
  return [coordinate, sunset, formatNumber(count), users || '-', reason];
}
