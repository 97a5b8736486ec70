import type { Command } from 'commander';
import { parseWholeNumber } from '../parse-whole-number.ts';
import type { Terminal } from '../terminal.ts';
import { addGraphFlags, type GraphFlags } from './registry-flags.ts';

/** All flags of `overlock checks`. */
export interface ChecksFlags extends GraphFlags {
  readonly limit: number;
  /** A file, or `true` for standard output. */
  readonly markdown?: string | true;
}

const examples = `
Examples:
  overlock checks --graph shop@production
  overlock checks 8fK2mQ --graph shop@production                   one of them as it was printed
  overlock checks 8fK2mQ --graph shop@production --markdown

With an id, the exit code is that of the check: 0 it passed; 1 it failed.
`;

/** `overlock checks`: the checks that were made of late. */
export function addChecksCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const checks = program
    .command('checks')
    .summary('list the checks that were made, or print one again')
    .description('List the latest checks of a graph in a registry, or print the report of one again.')
    .argument('[id]', 'id of a check')
    .option('-n, --limit <number>', 'how many to list', parseWholeNumber, 20)
    .option('--markdown [file]', 'write the report of one as Markdown to a file, or to standard output')
    .addHelpText('after', examples);
  addGraphFlags(checks).action(async (id: string | undefined, flags: ChecksFlags) => {
    const { listChecks, showCheck } = await import('./checks.ts');
    end(await (id === undefined ? listChecks(flags, terminal) : showCheck(id, flags, terminal)));
  });
}
