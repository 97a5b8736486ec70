import { tell } from './dialogs.ts';
import { namedId } from './record-ids.ts';
import { recordsAt } from './records.ts';

/** For what the log can be made more or less detailed. */
export const levelScopes = ['all', 'client', 'operation', 'subgraph'] as const;
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** How detailed an operator wants the log to be. */
export interface SetLevel {
  readonly level: (typeof logLevels)[number];
  readonly scope: (typeof levelScopes)[number];
  /** Empty for all. */
  readonly name: string;
  readonly setBy: string;
}

export const levels = recordsAt<SetLevel>('log-levels');

/** Sets a level for so long, on all gateways that share the store. */
export async function putLevel(level: Omit<SetLevel, 'setBy'>, lifetimeMs: number | undefined): Promise<void> {
  await levels.put(namedId(level.scope, level.name), { ...level, setBy: 'console' }, lifetimeMs);
}

/** Has the log tell all of something for ten minutes. */
export async function debugFor(scope: 'client' | 'operation' | 'subgraph', name: string, shown = name): Promise<void> {
  await tell(`The log tells all of the ${scope} ${shown} for ten minutes; Diagnosis ends it.`, () =>
    putLevel({ level: 'debug', scope, name }, 600_000),
  );
}
