import { type Command, InvalidArgumentError } from 'commander';
import { type LogLevel, logLevels } from '../config/logs.ts';
import type { LevelScope } from '../telemetry/logs/level-rule.ts';
import type { AdminFlags } from './admin-client.ts';
import { addAdminFlags } from './admin-flags.ts';
import { parseLifetime } from './parse-lifetime.ts';
import type { Terminal } from './terminal.ts';

type Named = Exclude<LevelScope, 'all'>;

interface LevelFlags extends AdminFlags, Partial<Record<Named, string>> {
  readonly for?: number;
  readonly by?: string;
}

const examples = `
Examples:
  overlock log level debug --client ios --for 10m
  overlock log level debug --operation SearchEverything
  overlock log level trace --subgraph reviews --for 5m
  overlock log level warn --for ever
  overlock log levels
  overlock log reset 4f1c09a2b3d7

At debug, each request and each fetch of what is named has a line, whatever telemetry.logs.access says. All gateways that share
the store of the one that is told take a change within a second. To set the same thing once more replaces what was set.
`;

const scopes: readonly Named[] = ['client', 'operation', 'subgraph'];

/** `overlock log level`, `overlock log levels` and `overlock log reset`: how detailed the log of running gateways is. */
export function addLogCommands(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const log = program
    .command('log')
    .summary('change how detailed the log of running gateways is')
    .description('Change how detailed the log of running gateways is, for everybody or for some, for a while.')
    .addHelpText('after', examples);
  const level = log
    .command('level')
    .summary('set a level for a while')
    .description(
      'Set the least level that is logged by all gateways that share a store, for everybody or for what is named.',
    )
    .argument('<level>', logLevels.join(', '), parseLevel)
    .option('--client <name>', 'only for the client that calls itself so')
    .option('--operation <name or hash>', 'only for the operation of this name, or of this hash as logs have it')
    .option('--subgraph <name>', 'only for fetches from the subgraph of this name')
    .option('--for <time>', 'how long, such as 30m or 2d, or ever (default: 10m)', parseLength)
    .option('--by <name>', 'who sets it (default: your user name)')
    .addHelpText('after', examples);
  addAdminFlags(level).action(async (chosen: LogLevel, flags: LevelFlags) => {
    const [target, second] = scopes.flatMap((scope) => {
      const name = flags[scope];
      return name === undefined ? [] : [{ scope, name }];
    });
    if (second !== undefined) return level.error('error: Name one of --client, --operation and --subgraph, or none.');
    const { setLogLevel } = await import('./log-levels.ts');
    const { admin, token, for: lifetimeMs = parseLength('10m') } = flags;
    const setBy = flags.by ?? (terminal.env['USER'] || terminal.env['USERNAME'] || 'somebody');
    const until = Number.isFinite(lifetimeMs) ? lifetimeMs : undefined;
    const subject = target ?? { scope: 'all' as const, name: '' };
    end(await setLogLevel({ ...subject, level: chosen, setBy, lifetimeMs: until, admin: { admin, token } }, terminal));
  });
  addAdminFlags(
    log
      .command('levels')
      .summary('list what was set')
      .description('List the levels that were set, until when and by whom.')
      .option('--json', 'print the levels as JSON'),
  ).action(async ({ admin, token, json }: AdminFlags & { readonly json?: true }) => {
    const { listLogLevels } = await import('./log-levels.ts');
    end(await listLogLevels({ admin: { admin, token }, json: json === true }, terminal));
  });
  addAdminFlags(
    log
      .command('reset')
      .summary('take back what was set')
      .description('Take back a level on all gateways that share the store: what the configuration says counts again.')
      .argument('<id>', 'id of the level, as overlock log levels prints it'),
  ).action(async (id: string, { admin, token }: AdminFlags) => {
    const { resetLogLevel } = await import('./log-levels.ts');
    end(await resetLogLevel({ admin: { admin, token }, id }, terminal));
  });
}

function parseLevel(text: string): LogLevel {
  const level = logLevels.find((one) => one === text);
  if (level === undefined) throw new InvalidArgumentError(`It must be one of ${logLevels.join(', ')}.`);
  return level;
}

/** `Infinity` for `ever`, else as `parseLifetime`. */
function parseLength(text: string): number {
  return text === 'ever' ? Number.POSITIVE_INFINITY : parseLifetime(text);
}
