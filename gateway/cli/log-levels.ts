import { logLevelIdOf, parseLogLevel, type SetLogLevel } from '../log-levels/log-level.ts';
import type { StoredRecord } from '../store/record-store.ts';
import type { AdminFlags } from './admin-client.ts';
import { atGateway } from './at-gateway.ts';
import { printTable } from './print-table.ts';
import type { Terminal } from './terminal.ts';

export interface SetLogLevelOptions extends Pick<SetLogLevel, 'level' | 'scope' | 'name' | 'setBy'> {
  readonly admin: AdminFlags;
  /** How long it is to last; until it is taken back without it. */
  readonly lifetimeMs: number | undefined;
}

/** Sets a level of the log on all gateways that share the store, and prints its id; resolves to the exit code. */
export function setLogLevel({ admin, lifetimeMs, ...value }: SetLogLevelOptions, terminal: Terminal): Promise<number> {
  return atGateway(admin, terminal, async (client) => {
    const id = logLevelIdOf(value);
    const expiresAtMs = lifetimeMs === undefined ? undefined : Date.now() + lifetimeMs;
    await client.put('logLevel', { id, value, expiresAtMs });
    const subject = value.scope === 'all' ? 'everything' : `the ${value.scope} ${value.name}`;
    const until = expiresAtMs === undefined ? 'until it is reset' : `until ${toTime(expiresAtMs)}`;
    terminal.stderr.write(
      `The level for ${subject} is ${value.level} ${until}. To reset it: overlock log reset ${id}\n`,
    );
    terminal.stdout.write(`${id}\n`);
  });
}

/** Lists the levels that were set; resolves to the exit code. */
export function listLogLevels(
  { admin, json }: { readonly admin: AdminFlags; readonly json: boolean },
  terminal: Terminal,
): Promise<number> {
  return atGateway(admin, terminal, async (client) => {
    const records = await client.list('logLevel');
    if (json) {
      const levels = records.flatMap((record) => parseLogLevel(record) ?? []).map(toListed);
      terminal.stdout.write(`${JSON.stringify({ levels }, undefined, 2)}\n`);
    } else {
      printTable(['ID', 'LEVEL', 'FOR', 'NAME', 'UNTIL', 'SET BY'], records.map(toRow), terminal.stdout);
    }
  });
}

/** Takes a level back; resolves to the exit code. */
export function resetLogLevel(
  { admin, id }: { readonly admin: AdminFlags; readonly id: string },
  terminal: Terminal,
): Promise<number> {
  return atGateway(admin, terminal, async (client) => {
    if (!(await client.remove('logLevel', id))) {
      throw new Error('No level of this id was set. Run `overlock log levels` to see all.');
    }
    terminal.stderr.write(`The level ${id} is reset.\n`);
  });
}

function toListed({ expiresAtMs, ...level }: SetLogLevel) {
  return { ...level, ...(expiresAtMs !== undefined && { expiresAt: toTime(expiresAtMs) }) };
}

function toRow(record: StoredRecord): readonly string[] {
  const level = parseLogLevel(record);
  if (level === undefined) return [record.id, '-', '-', '-', '-', 'It cannot be read and changes nothing; reset it.'];
  const { id, scope, name, expiresAtMs, setBy } = level;
  return [id, level.level, scope, name, expiresAtMs === undefined ? 'reset' : toTime(expiresAtMs), setBy];
}

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
