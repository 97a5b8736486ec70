import type { Command } from 'commander';
import { parseWholeNumber } from '../parse-whole-number.ts';
import type { Terminal } from '../terminal.ts';
import { addGraphFlags, type GraphFlags } from './registry-flags.ts';

/** All flags of `overlock uses`. */
export interface UsesFlags extends GraphFlags {
  readonly days: number;
}

const examples = `
Examples:
  overlock uses Product.price --graph shop@production
  overlock uses 'Query.products(first:)' --days 7
  overlock uses Role.ADMIN --json | jq -r '.items[].clients[].name'

A coordinate names a type, a field, an argument, an enum value or a field of an input: User, User.email, Query.user(id:).
`;

/** `overlock uses`: who uses a part of the schema. */
export function addUsesCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const uses = program
    .command('uses')
    .summary('list which clients use a field, and with which operations')
    .description(
      'List which clients have used a part of the schema of a graph in a registry of late, and with which operations.',
    )
    .argument('<coordinate>', 'such as User.email')
    .option('--days <days>', 'how far back to look', parseWholeNumber, 30)
    .addHelpText('after', examples);
  addGraphFlags(uses).action(async (coordinate: string, flags: UsesFlags) => {
    const { listUses } = await import('./uses.ts');
    end(await listUses(coordinate, flags, terminal));
  });
}
