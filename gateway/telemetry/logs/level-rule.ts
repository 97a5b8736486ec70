import type { LogLevel } from '../../config/logs.ts';

/** How detailed the log is to be, for everybody or for what is named. */
export interface LevelRule {
  readonly level: LogLevel;
  readonly scope: LevelScope;
  /** The client's name, the operation's name or hash, or the subgraph's name; empty for `all`. */
  readonly name: string;
}

export type LevelScope = 'all' | 'client' | 'operation' | 'subgraph';
