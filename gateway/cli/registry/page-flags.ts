import type { Command } from 'commander';
import { parseWholeNumber } from '../parse-whole-number.ts';

/** Which part of a long list is printed. */
export interface PageFlags {
  readonly limit: number;
  readonly from?: string;
}

/** Adds the flags that choose a part of a long list. */
export function addPageFlags(command: Command): Command {
  return command
    .option('-n, --limit <number>', 'how many to print', parseWholeNumber, 20)
    .option('--from <place>', 'where to go on, as it was printed at the end of a list');
}
