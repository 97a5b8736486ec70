import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

interface ComposeFlags {
  readonly config?: string;
  readonly out?: string;
}

const examples = `
Examples:
  overlock compose                                       print the supergraph of ./overlock.yaml
  overlock compose --out supergraph.graphql
  overlock compose --config shop.yaml > shop.graphql     standard output is the SDL and nothing else
`;

/** `overlock compose`: composes the subgraphs of a configuration. */
export function addComposeCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  program
    .command('compose')
    .summary('compose the subgraphs of a configuration to a supergraph')
    .description('Compose the subgraphs of a configuration and print the supergraph, or everything that is wrong.')
    .option('-c, --config <file>', 'configuration file (default: overlock.yaml or overlock.yml)')
    .option('-o, --out <file>', 'write the supergraph there')
    .addHelpText('after', examples)
    .action(async ({ config, out }: ComposeFlags) => {
      const { composeSupergraph } = await import('./compose.ts');
      end(await composeSupergraph({ file: config, out }, terminal));
    });
}
