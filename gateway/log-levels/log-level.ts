import { hash } from 'node:crypto';
import { z } from 'zod';
import { logLevels } from '../config/logs.ts';
import type { StoredRecord } from '../store/record-store.ts';

/** For what the log can be made more or less detailed. */
const levelScopes = ['all', 'client', 'operation', 'subgraph'] as const;

/** What operators send of a level of the log. */
export const sentLogLevel = z
  .object({
    level: z.enum(logLevels),
    scope: z.enum(levelScopes),
    /** A client's name, an operation's name or hash, or a subgraph's name; empty for `all`. */
    name: z.string().max(1_000),
    setBy: z.string().min(1).max(200),
  })
  .refine(({ scope, name }) => (scope === 'all') === (name === ''));

const keptLogLevel = sentLogLevel.and(z.object({ setAt: z.iso.datetime() }));

/** How detailed an operator wants the log to be. */
export interface SetLogLevel extends z.output<typeof keptLogLevel> {
  readonly id: string;
  /** In milliseconds since the epoch; `undefined` until it is taken back. */
  readonly expiresAtMs: number | undefined;
}

/** The level that a record describes; `undefined` when it describes none. */
export function parseLogLevel({ id, value, expiresAtMs }: StoredRecord): SetLogLevel | undefined {
  const { data } = keptLogLevel.safeParse(value);
  return data && { ...data, id, expiresAtMs };
}

/** The id for a level: the same for the same thing, so that one replaces the other. */
export function logLevelIdOf({ scope, name }: Pick<SetLogLevel, 'scope' | 'name'>): string {
  return hash('sha256', `${scope} ${name}`).slice(0, 12);
}
