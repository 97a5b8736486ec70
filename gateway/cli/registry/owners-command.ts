import { type Command, InvalidArgumentError } from 'commander';
import { isGraphName } from '../../../schema/feed/graph-ref.ts';
import type { Terminal } from '../terminal.ts';
import { addRegistryFlags, type RegistryFlags } from './registry-flags.ts';

/** All flags of `overlock owners set`. */
export interface OwnerFlags extends RegistryFlags {
  /** Without a variant: an owner owns a subgraph in all of them. */
  readonly graph?: string;
}

const examples = `
Examples:
  overlock owners set reviews content --graph shop
  overlock owners set reviews "customer care" --graph shop@production     the variant makes no difference
  overlock subgraphs --graph shop@production                              who owns what

Only an admin may do it. A new subgraph belongs to the team whose token publishes it first.
`;

/** `overlock owners`: which team a subgraph belongs to. */
export function addOwnersCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const owners = program
    .command('owners')
    .summary('give a subgraph to another team')
    .description('Say which team a subgraph belongs to, in a registry.')
    .addHelpText('after', examples);
  const set = owners
    .command('set')
    .summary('give a subgraph to a team')
    .description('Give a subgraph to a team, in all variants of a graph: only its tokens may publish it from then on.')
    .argument('<subgraph>', 'name of the subgraph')
    .argument('<team>', 'name of the team')
    .option('-g, --graph <graph>', 'such as shop (default: that of $OVERLOCK_GRAPH)', parseGraphName)
    .addHelpText('after', examples);
  addRegistryFlags(set).action(async (subgraph: string, team: string, flags: OwnerFlags) => {
    const { setOwner } = await import('./owners.ts');
    end(await setOwner({ subgraph, team }, flags, terminal));
  });
}

/** The graph of `shop` or `shop@production`. */
function parseGraphName(text: string): string {
  const [graph = '', ...variant] = text.split('@');
  if (isGraphName(graph) && variant.length < 2) return graph;
  throw new InvalidArgumentError('It must be a graph, such as shop.');
}
