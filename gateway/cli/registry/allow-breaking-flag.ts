import type { Command } from 'commander';

/** Whether breaking changes pass where nobody knows whom they break. */
export interface AllowBreakingFlag {
  readonly allowBreaking?: true;
}

/** Adds `--allow-breaking`. */
export function addAllowBreakingFlag(command: Command): Command {
  return command.option(
    '--allow-breaking',
    'let breaking changes pass if no usage was recorded yet: without it nobody knows whom they break',
  );
}
