import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { type AllowBreakingFlag, addAllowBreakingFlag } from './allow-breaking-flag.ts';
import { addGraphFlags, type GraphFlags } from './registry-flags.ts';
import { addSubgraphFlags, type SubgraphFlags } from './subgraph-flags.ts';

/** All flags of `overlock check`. */
export interface CheckFlags extends GraphFlags, SubgraphFlags, AllowBreakingFlag {
  /** A file, or `true` for standard output. */
  readonly markdown?: string | true;
}

const examples = `
Examples:
  overlock check reviews --graph shop@production --schema reviews.graphql
  overlock check reviews --schema reviews.graphql --markdown report.md      for a comment in the pull request
  overlock check reviews --schema reviews.graphql --json | jq '.changes[] | select(.verdict == "fail")'
  overlock check orders --schema orders.graphql --url http://orders/graphql   a subgraph that is not published yet
  overlock approve 3f1c09a2b3d7 --graph shop@production                     lets a change pass from then on

A registry is asked; nothing is published. It composes the graph with this schema, lints it, compares what clients see, weighs
what breaks against what clients have really used, and plans the operations that they send most.

Exit codes: 0 it passed; 1 it failed, or could not be done; 2 a wrong command line.
`;

/** `overlock check`: what publishing a subgraph would do. */
export function addCheckCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const check = program
    .command('check')
    .summary('check in CI what publishing a subgraph would do, and whom it would break')
    .description('Check the schema of a subgraph against a graph in a registry, without publishing it.')
    .argument('<subgraph>', 'its name in the graph')
    .option('--markdown [file]', 'write the report as Markdown to a file, or to standard output')
    .addHelpText('after', examples);
  addGraphFlags(addAllowBreakingFlag(addSubgraphFlags(check))).action(async (subgraph: string, flags: CheckFlags) => {
    const { checkSubgraph } = await import('./check.ts');
    end(await checkSubgraph(subgraph, flags, terminal));
  });
}
