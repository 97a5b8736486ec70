import { type Command, Option } from 'commander';
import { parseWholeNumber } from '../parse-whole-number.ts';
import type { Terminal } from '../terminal.ts';
import { addGraphFlags, type GraphFlags } from './registry-flags.ts';

/** All flags of `overlock show`. */
export interface ShowFlags extends GraphFlags {
  readonly version?: number;
  readonly subgraph?: string;
  readonly public?: true;
}

const examples = `
Examples:
  overlock show --graph shop@production > supergraph.graphql        overlock serve --supergraph runs it
  overlock show --graph shop@production --public                    the schema that clients see
  overlock show --graph shop@production --subgraph reviews
  overlock show --graph shop@production --version 41 --subgraph reviews

Standard output is the SDL and nothing else; --json prints the version with everything in it.
`;

/** `overlock show`: the schemas of a version of a variant. */
export function addShowCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const show = program
    .command('show')
    .summary('print the schema of a graph, or of one of its subgraphs')
    .description('Print the supergraph of a graph in a registry, what clients see of it, or the schema of a subgraph.')
    .option('--version <version>', 'which version (default: the latest)', parseWholeNumber)
    .addOption(new Option('--supergraph', 'the supergraph, as gateways take it (default)'))
    .addOption(new Option('--public', 'the schema that clients see').conflicts('supergraph'))
    .addOption(new Option('--subgraph <name>', 'the schema of this subgraph').conflicts(['supergraph', 'public']))
    .addHelpText('after', examples);
  addGraphFlags(show).action(async (flags: ShowFlags) => {
    const { showVersion } = await import('./show.ts');
    end(await showVersion(flags, terminal));
  });
}
