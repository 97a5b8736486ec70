import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

interface CostFlags {
  readonly variables?: string;
  readonly operation?: string;
  readonly tier?: string;
  readonly config?: string;
  readonly supergraph?: string;
  readonly json?: true;
}

const examples = `
Examples:
  overlock cost search.graphql                                         by the limits and weights of ./overlock.yaml
  overlock cost search.graphql --variables variables.json --tier enterprise
  overlock cost search.graphql --supergraph supergraph.graphql --json | jq .estimated

Exit code 1 when the operation costs more than is allowed.
`;

/** `overlock cost`: what an operation is estimated to cost. */
export function addCostCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  program
    .command('cost')
    .summary('print what an operation costs, by field and by subgraph')
    .description(
      'Print the estimated cost of an operation by field and by subgraph, and whether it is within the limits.',
    )
    .argument('<document>', 'file of the GraphQL document')
    .option('-v, --variables <file>', 'JSON file of the variables')
    .option('-n, --operation <name>', 'operation to take, when the document has several')
    .option('-t, --tier <name>', 'tier whose limit counts')
    .option('-c, --config <file>', 'configuration file (default: overlock.yaml or overlock.yml, when there is one)')
    .option('-s, --supergraph <file or url>', 'composed supergraph, in place of what the configuration says')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', examples)
    .action(async (document: string, flags: CostFlags) => {
      const { printCost } = await import('./cost.ts');
      const { variables, operation, tier, config, supergraph, json } = flags;
      end(
        await printCost(
          { document, variables, operation, tier, file: config, supergraph, json: json === true },
          terminal,
        ),
      );
    });
}
