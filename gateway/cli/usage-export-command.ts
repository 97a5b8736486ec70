import { type Command, Option } from 'commander';
import type { GraphRef } from '../../schema/feed/graph-ref.ts';
import { usageDimensions } from '../../schema/feed/usage-group.ts';
import { parseGraph } from './registry/registry-flags.ts';
import type { Terminal } from './terminal.ts';

/** All flags of `overlock usage export`. */
export interface UsageExportFlags {
  readonly by: (typeof usageDimensions)[number] | 'field';
  readonly from?: string;
  readonly to?: string;
  readonly step: 'hour' | 'day' | 'total';
  readonly format: 'csv' | 'json';
  readonly graph?: GraphRef;
  readonly registry?: string;
  readonly admin?: string;
  readonly token?: string;
}

const examples = `
Examples:
  overlock usage export --by client --from 2026-10-01 --to 2026-11-01 --step total > october.csv
  overlock usage export --by identity --step hour --format json --graph shop@production
  overlock usage export --by country --admin http://127.0.0.1:9464      of the last hour, from a gateway's memory

Days are those of UTC, and --to is the first moment that is left out. Each row has the requests, those of them whose answers
had errors, cost units, bytes of answers before compression, the largest share of a quota that was used, and latencies in
milliseconds. JSON is one object a line, all with the same columns of the same types. Without a name are requests that had
none; "other" are those that were not told apart. In CSV a name that a spreadsheet would take for a formula begins with '.
`;

/** `overlock usage export`: what requests came to, for bills. */
export function addUsageExportCommand(usage: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  usage
    .command('export')
    .summary('write what requests came to, as CSV or JSON, such as for bills')
    .description(
      'Write what the requests of clients came to, as a registry has kept it; without a registry, that of the last hour from the memory of a gateway.',
    )
    .addOption(
      new Option('--by <what>', 'what requests are told apart by')
        .choices([...usageDimensions, 'field'])
        .default('client'),
    )
    .option('--from <moment>', 'such as 2026-10-01 or 2026-10-01T12:00Z (default: the first of this month)')
    .option('--to <moment>', 'until when (default: now)')
    .addOption(new Option('--step <time>', 'what a row is of').choices(['hour', 'day', 'total']).default('day'))
    .addOption(new Option('--format <format>', 'how to write it').choices(['csv', 'json']).default('csv'))
    .option('-g, --graph <graph@variant>', 'such as shop@production (default: $OVERLOCK_GRAPH)', parseGraph)
    .option('-r, --registry <url>', 'registry to ask (default: $OVERLOCK_REGISTRY)')
    .option('--admin <url>', 'admin port of a gateway to ask instead (default: $OVERLOCK_ADMIN)')
    .option('-t, --token <token>', 'token to ask with (default: $OVERLOCK_TOKEN, or $OVERLOCK_ADMIN_TOKEN)')
    .addHelpText('after', examples)
    .action(async (flags: UsageExportFlags) => {
      const { exportUsage } = await import('./usage-export.ts');
      end(await exportUsage(flags, terminal));
    });
}
