import { z } from 'zod';
import type { AdminFlags } from './admin-client.ts';
import { atGateway } from './at-gateway.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';

const alert = z.looseObject({
  name: z.string(),
  severity: z.string(),
  summary: z.string(),
  labels: z.record(z.string(), z.string()),
  state: z.string(),
  sinceMs: z.number(),
});
const listing = z.object({ alerts: z.array(alert) });

/** Prints what fires at a gateway; resolves to the exit code. */
export function listAlerts(
  { admin, json }: { readonly admin: AdminFlags; readonly json: boolean },
  terminal: Terminal,
): Promise<number> {
  const { stdout, stderr } = terminal;
  return atGateway(admin, terminal, async (client) => {
    const { data } = listing.safeParse(await client.readAlerts());
    if (data === undefined) throw new Error('What answers there is no admin port of a gateway of this version.');
    if (json) {
      stdout.write(`${JSON.stringify(data, undefined, 2)}\n`);
      return;
    }
    printTable(['STATE', 'SEVERITY', 'ALERT', 'SINCE', 'OF', 'SUMMARY'], data.alerts.map(toRow), stdout);
    if (data.alerts.length === 0) stderr.write('Nothing fires.\n');
  });
}

function toRow({ state, severity, name, sinceMs, labels, summary }: z.output<typeof alert>): readonly string[] {
  const of = Object.entries(labels).map(([label, text]) => `${label}=${text}`);
  return [state, severity, name, new Date(sinceMs).toISOString(), of.join(' '), summary];
}
