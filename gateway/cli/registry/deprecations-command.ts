import type { Command } from 'commander';
import { parseWholeNumber } from '../parse-whole-number.ts';
import type { Terminal } from '../terminal.ts';
import { addGraphFlags, type GraphFlags } from './registry-flags.ts';

/** All flags of `overlock deprecations`. */
export interface DeprecationFlags extends GraphFlags {
  readonly days: number;
}

const examples = `
Examples:
  overlock deprecations --graph shop@production
  overlock deprecations --graph shop@production --json | jq '.items[] | select(.count == 0).coordinate'
`;

/** `overlock deprecations`: what is deprecated, and who uses it still. */
export function addDeprecationsCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const deprecations = program
    .command('deprecations')
    .summary('list what is deprecated, and which clients use it still')
    .description(
      'List what is deprecated in a graph of a registry, until when, and which clients have used it of late.',
    )
    .option('--days <days>', 'how far back to look', parseWholeNumber, 30)
    .addHelpText('after', examples);
  addGraphFlags(deprecations).action(async (flags: DeprecationFlags) => {
    const { listDeprecations } = await import('./deprecations.ts');
    end(await listDeprecations(flags, terminal));
  });
}
