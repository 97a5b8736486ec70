import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

interface PlanFlags {
  readonly variables?: string;
  readonly operation?: string;
  readonly label: readonly string[];
  readonly config?: string;
  readonly supergraph?: string;
  readonly json?: true;
}

const examples = `
Examples:
  overlock plan search.graphql                                    on the supergraph of ./overlock.yaml
  overlock plan search.graphql --variables variables.json         with the values of its @skip and @include
  overlock plan search.graphql --supergraph supergraph.graphql --json | jq .fetches
  overlock plan search.graphql --label "percent(10)"              for those whom an override is on for

Variables of @skip and @include that have no value and no default are taken as false.
`;

/** `overlock plan`: how an operation is answered. */
export function addPlanCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  program
    .command('plan')
    .summary('print how an operation is answered: which subgraphs are asked for what, and when')
    .description(
      'Print the plan of an operation: waves run one after the other, the fetches of a wave at the same time. Nothing is asked of any subgraph.',
    )
    .argument('<document>', 'file of the GraphQL document')
    .option('-v, --variables <file>', 'JSON file of the variables')
    .option('-n, --operation <name>', 'operation to take, when the document has several')
    .option(
      '-l, --label <label>',
      'label of @override that is on, beside those of the configuration; may be repeated',
      (label: string, others: readonly string[]) => [...others, label],
      [] as readonly string[],
    )
    .option('-c, --config <file>', 'configuration file (default: overlock.yaml or overlock.yml, when there is one)')
    .option('-s, --supergraph <file or url>', 'composed supergraph, in place of what the configuration says')
    .option('--json', 'print the plan as JSON')
    .addHelpText('after', examples)
    .action(async (document: string, flags: PlanFlags) => {
      const { showPlan } = await import('./plan.ts');
      const { variables, operation, label: labels, config, supergraph, json } = flags;
      end(
        await showPlan(
          { document, variables, operation, labels, file: config, supergraph, json: json === true },
          terminal,
        ),
      );
    });
}
