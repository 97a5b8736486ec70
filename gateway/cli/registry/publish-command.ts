import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { type AllowBreakingFlag, addAllowBreakingFlag } from './allow-breaking-flag.ts';
import { addCanaryFlags, type CanaryFlags } from './canary-flags.ts';
import { addNoteFlags, type NoteFlags } from './note-flags.ts';
import { addGraphFlags, type GraphFlags } from './registry-flags.ts';
import { addSubgraphFlags, type SubgraphFlags } from './subgraph-flags.ts';

/** All flags of `overlock publish`. */
export interface PublishFlags extends GraphFlags, SubgraphFlags, NoteFlags, AllowBreakingFlag, CanaryFlags {
  readonly team?: string;
}

const examples = `
Examples:
  overlock publish reviews --graph shop@production --schema reviews.graphql --url http://reviews/graphql
  overlock publish reviews --schema reviews.graphql                         the next time: the URL stays as it is
  overlock publish products --url http://products:4001/graphql              the service is asked for its schema
  overlock publish shipping --schema openapi.yaml --url http://shipping     a REST service
  overlock publish users --kind graphql --url http://users/graphql --entities '{ User: { key: id, field: user, argument: id } }'
  overlock publish reviews --schema reviews.graphql --base 41               only if 41 is the latest version still
  overlock publish reviews --schema reviews.graphql --canary 5%             to a part of the clients first

A registry is asked, and gateways that follow it take the new version within two seconds. It is refused when the subgraphs do
not compose, and when it would break clients that use what it takes away: run overlock check before you merge.

Exit codes: 0 it is published, or was so already; 1 it was refused; 2 a wrong command line.
`;

/** `overlock publish`: adds a subgraph to a variant, or replaces it. */
export function addPublishCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const publish = program
    .command('publish')
    .summary('publish a subgraph: gateways use it from then on')
    .description('Publish the schema of a subgraph to a registry, as a new version of a graph that gateways follow.')
    .argument('<subgraph>', 'its name in the graph')
    .addHelpText('after', examples);
  addSubgraphFlags(publish).option(
    '--team <name>',
    'team that a new subgraph is to belong to (default: the one team of the token)',
  );
  addGraphFlags(addAllowBreakingFlag(addNoteFlags(addCanaryFlags(publish)))).action(
    async (subgraph: string, flags: PublishFlags) => {
      const { publishSubgraph } = await import('./publish.ts');
      end(await publishSubgraph(subgraph, flags, terminal));
    },
  );
}
